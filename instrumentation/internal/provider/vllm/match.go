// Package vllm reads the API of vLLM and of other model servers that speak OpenAI's API. They have no host of their own
// and are named by the user.
//
// Source: docs.vllm.ai/en/latest/serving/openai_compatible_server.html.
package vllm

import (
	"github.com/spanledger/spanledger/instrumentation/internal/provider/openai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Provider is vLLM and of other model servers that speak OpenAI's API.
var Provider = openai.New(openai.Variant{
	Name:    semconv.ProviderVLLM,
	Match:   func(host, _ string) bool { return false },
	Headers: openai.Headers,
})
