package demo

import (
	"net/http"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// apiKey is what the fake vendor accepts; it opens nothing.
const apiKey = "demo-key"

// vendors are the two LLM vendors, over one instrumented client.
type vendors struct {
	openai    openAIClient
	anthropic anthropicClient
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
		openai: openAIClient{endpoint{
			client: client, base: openAIURL,
			header: http.Header{"Authorization": {"Bearer " + apiKey}},
		}},
		anthropic: anthropicClient{endpoint{
			client: client, base: anthropicURL,
			header: http.Header{"X-Api-Key": {apiKey}, "Anthropic-Version": {"2023-06-01"}},
		}},
	}
}

func (v *vendors) close() { v.transport.CloseIdleConnections() }
