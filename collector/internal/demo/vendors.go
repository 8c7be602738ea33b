package demo

import (
	"context"
	"net/http"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// apiKey is the value that the fake vendor accepts; it opens nothing.
const apiKey = "demo-key"

// vendors are the two LLM vendors, over one instrumented client, and the
// company's own service.
type vendors struct {
	warehouse *warehouse
	openai    openAIClient
	anthropic anthropicClient
	transport *http.Transport
}

func openVendors(ctx context.Context, openAIURL, anthropicURL string) (*vendors, error) {
	warehouse, err := openWarehouse(ctx)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	client := &http.Client{Transport: otelgenai.NewTransport(transport,
		otelgenai.WithEndpoint(openAIURL, otelgenai.OpenAI),
		otelgenai.WithEndpoint(anthropicURL, otelgenai.Anthropic),
		otelgenai.WithPromptHash(nil),
		otelgenai.WithContextShares(),
	)}
	return &vendors{
		warehouse: warehouse,
		transport: transport,
		openai: openAIClient{endpoint{
			client: client, base: openAIURL,
			header: http.Header{"Authorization": {"Bearer " + apiKey}},
		}},
		anthropic: anthropicClient{endpoint{
			client: client, base: anthropicURL,
			header: http.Header{"X-Api-Key": {apiKey}, "Anthropic-Version": {"2023-06-01"}},
		}},
	}, nil
}

func (v *vendors) close() error {
	v.transport.CloseIdleConnections()
	return v.warehouse.close()
}
