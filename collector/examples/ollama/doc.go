// Package ollama shows Ollama's own client through the transport of otelgenai.
package ollama
