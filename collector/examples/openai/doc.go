// Package openai shows openai-go, OpenAI's official SDK through the transport of otelgenai.
package openai
