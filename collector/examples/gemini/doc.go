// Package gemini shows google.golang.org/genai, Google's official SDK through the transport of otelgenai.
package gemini
