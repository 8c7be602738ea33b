package ollama_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/url"

	"github.com/ollama/ollama/api"

	"github.com/spanledger/spanledger/collector/examples/internal/answer"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const lines = `{"model":"llama3.2","created_at":"2026-11-23T10:00:00Z","message":{"role":"assistant","content":"Hel"},"done":false}
{"model":"llama3.2","created_at":"2026-11-23T10:00:00Z","message":{"role":"assistant","content":"lo!"},"done":false}
{"model":"llama3.2","created_at":"2026-11-23T10:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":3}
`

// Ollama on its usual port of this machine needs no WithEndpoint.
func Example() {
	vendor := answer.With("application/x-ndjson", lines)
	defer vendor.Close()
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor.URL, otelgenai.Ollama))}
	base, err := url.Parse(vendor.URL)
	if err != nil {
		log.Fatal(err)
	}
	llm := api.NewClient(base, client)

	ctx, last := otelgenai.WithLastCall(context.Background())
	err = llm.Chat(ctx, &api.ChatRequest{Model: "llama3.2", Messages: []api.Message{{Role: "user", Content: "Say hello."}}},
		func(r api.ChatResponse) error {
			fmt.Print(r.Message.Content)
			return nil
		})
	fmt.Println()
	if err != nil {
		log.Fatal(err)
	}
	call, _ := last.Call()
	fmt.Println(call.RequestModel, call.Streamed, call.Usage[usage.Input], call.Usage[usage.Output], call.FinishReasons)
	// Output:
	// Hello!
	// llama3.2 true 26 3 [stop]
}
