package otelgenai

// Dialect names a vendor's wire format and the rules by which it counts
// tokens. The zero Dialect is none and is ignored by [WithEndpoint].
type Dialect uint8

// The dialects the transport can read.
const (
	_ Dialect = iota
	// OpenAI is api.openai.com: chat completions, responses, completions,
	// embeddings, images and audio.
	OpenAI
	// Anthropic is api.anthropic.com: messages.
	Anthropic
)
