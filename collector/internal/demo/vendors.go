package demo

import (
	"net/http"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// apiKey is what the fake vendor accepts; it opens nothing.
const apiKey = "demo-key"

// retries of a failed call, the SDKs' own default.
const retries = 2

// vendors are the two LLM vendors, over one instrumented client.
type vendors struct {
	openai    openai.Client
	anthropic anthropic.Client
	transport *http.Transport
}

func newVendors(openAIURL, anthropicURL string) *vendors {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	client := &http.Client{Transport: otelgenai.NewTransport(transport,
		otelgenai.WithEndpoint(openAIURL, otelgenai.OpenAI),
		otelgenai.WithEndpoint(anthropicURL, otelgenai.Anthropic),
		otelgenai.WithPromptHash(nil),
	)}
	return &vendors{
		transport: transport,
		openai: openai.NewClient(
			openaioption.WithBaseURL(openAIURL),
			openaioption.WithAPIKey(apiKey),
			openaioption.WithHTTPClient(client),
			openaioption.WithMaxRetries(retries),
		),
		anthropic: anthropic.NewClient(
			anthropicoption.WithBaseURL(anthropicURL),
			anthropicoption.WithAPIKey(apiKey),
			anthropicoption.WithHTTPClient(client),
			anthropicoption.WithMaxRetries(retries),
		),
	}
}

func (v *vendors) close() { v.transport.CloseIdleConnections() }
