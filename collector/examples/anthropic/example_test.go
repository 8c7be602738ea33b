package anthropic_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"github.com/spanledger/spanledger/collector/examples/internal/answer"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const message = `{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929",
	"content":[{"type":"text","text":"Hello!"}],"stop_reason":"end_turn",
	"usage":{"input_tokens":20,"cache_read_input_tokens":2000,"cache_creation_input_tokens":0,"output_tokens":6}}`

// The input counts the cache, which Anthropic's own number leaves out, and the
// cost is that of the current catalogue.
func Example() {
	vendor := answer.With("application/json", message)
	defer vendor.Close()
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor.URL, otelgenai.Anthropic))}
	llm := anthropic.NewClient(option.WithHTTPClient(client), option.WithBaseURL(vendor.URL), option.WithAPIKey("none"))

	ctx, last := otelgenai.WithLastCall(context.Background())
	answer, err := llm.Messages.New(ctx, anthropic.MessageNewParams{
		Model: "claude-sonnet-4-5", MaxTokens: 100,
		Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("Say hello."))},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Content[0].Text)
	call, _ := last.Call()
	fmt.Println(call.ResponseModel, call.Usage[usage.Input], call.Usage[usage.CacheRead], call.Usage[usage.Output])
	call.ServerAddress = "api.anthropic.com" // the example's vendor has no prices
	cost := pricing.Default().Price(call.ForPricing())
	fmt.Println(cost.Status, cost.Amount, pricing.Currency)
	// Output:
	// Hello!
	// claude-sonnet-4-5-20250929 2020 2000 6
	// priced 0.00075 USD
}
