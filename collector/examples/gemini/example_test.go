package gemini_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"google.golang.org/genai"

	"github.com/spanledger/spanledger/collector/examples/internal/answer"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const content = `{"candidates":[{"content":{"parts":[{"text":"Hello!"}],"role":"model"},"finishReason":"STOP","index":0}],
	"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":30,"totalTokenCount":36},
	"modelVersion":"gemini-2.5-flash","responseId":"r1"}`

// The output counts the thoughts, which Gemini reports next to it.
func Example() {
	vendor := answer.With("application/json", content)
	defer vendor.Close()
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor.URL, otelgenai.Gemini))}

	ctx, last := otelgenai.WithLastCall(context.Background())
	llm, err := genai.NewClient(ctx, &genai.ClientConfig{
		APIKey: "none", Backend: genai.BackendGeminiAPI, HTTPClient: client,
		HTTPOptions: genai.HTTPOptions{BaseURL: vendor.URL},
	})
	if err != nil {
		log.Fatal(err)
	}
	answer, err := llm.Models.GenerateContent(ctx, "gemini-2.5-flash", genai.Text("Say hello."), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Text())
	call, _ := last.Call()
	fmt.Println(call.Provider, call.Operation, call.RequestModel, call.Usage[usage.Input], call.Usage[usage.Output], call.Usage[usage.Reasoning])
	// Output:
	// Hello!
	// gcp.gemini generate_content gemini-2.5-flash 4 32 30
}
