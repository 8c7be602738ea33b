package otelgenai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/anthropic"
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
)

// Dialect names a vendor's wire format and the rules by which it counts
// tokens. The zero Dialect is none and is ignored by [WithEndpoint].
type Dialect uint8

// The dialects the transport can read.
const (
	_ Dialect = iota
	// OpenAI is api.openai.com: chat completions, responses, completions,
	// embeddings, images and transcriptions.
	OpenAI
	// Anthropic is api.anthropic.com: messages.
	Anthropic
)

var dialects = map[Dialect]*genai.Provider{
	OpenAI:    openai.Provider,
	Anthropic: anthropic.Provider,
}

// String is the dialect's value of gen_ai.provider.name.
func (d Dialect) String() string {
	if p := dialects[d]; p != nil {
		return p.Name
	}
	return "none"
}
