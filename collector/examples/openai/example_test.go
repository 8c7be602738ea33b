package openai_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/spanledger/spanledger/collector/examples/internal/answer"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const whole = `{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-mini-2024-07-18",
	"choices":[{"index":0,"message":{"role":"assistant","content":"Hello!"},"finish_reason":"stop"}],
	"usage":{"prompt_tokens":19,"completion_tokens":3,"total_tokens":22,"prompt_tokens_details":{"cached_tokens":16}}}`

const streamed = `data: {"id":"chatcmpl-2","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}

data: {"id":"chatcmpl-2","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"content":"lo!"},"finish_reason":"stop"}]}

data: {"id":"chatcmpl-2","model":"gpt-4o-mini-2024-07-18","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":3,"total_tokens":22}}

data: [DONE]

`

func Example() {
	vendor := answer.With("application/json", whole)
	defer vendor.Close()
	// The real vendor needs no WithEndpoint: it is recognised by its host.
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI))}
	llm := openai.NewClient(option.WithHTTPClient(client), option.WithBaseURL(vendor.URL+"/v1"), option.WithAPIKey("none"))

	ctx, last := otelgenai.WithLastCall(context.Background())
	answer, err := llm.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    openai.ChatModelGPT4oMini,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Say hello.")},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)
	call, _ := last.Call()
	fmt.Println(call.Operation, call.ResponseModel, call.Usage[usage.Input], call.Usage[usage.CacheRead], call.Usage[usage.Output])
	// Output:
	// Hello!
	// chat gpt-4o-mini-2024-07-18 19 16 3
}

func Example_stream() {
	vendor := answer.With("text/event-stream", streamed)
	defer vendor.Close()
	// WithStreamUsage asks for the usage that a stream has not got otherwise.
	client := &http.Client{Transport: otelgenai.NewTransport(nil,
		otelgenai.WithStreamUsage(),
		otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI))}
	llm := openai.NewClient(option.WithHTTPClient(client), option.WithBaseURL(vendor.URL+"/v1"), option.WithAPIKey("none"))

	ctx, last := otelgenai.WithLastCall(context.Background())
	stream := llm.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model:    openai.ChatModelGPT4oMini,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Say hello.")},
	})
	for stream.Next() {
		if choices := stream.Current().Choices; len(choices) > 0 {
			fmt.Print(choices[0].Delta.Content)
		}
	}
	fmt.Println()
	if err := stream.Err(); err != nil {
		log.Fatal(err)
	}
	if err := stream.Close(); err != nil {
		log.Fatal(err)
	}
	call, _ := last.Call()
	fmt.Println(call.Streamed, call.Usage[usage.Input], call.Usage[usage.Output], call.UsageSource)
	// Output:
	// Hello!
	// true 19 3 reported
}
