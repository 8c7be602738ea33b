// Package anthropic shows anthropic-sdk-go, Anthropic's official SDK through the transport of otelgenai.
package anthropic
