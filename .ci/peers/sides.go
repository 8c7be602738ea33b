package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	openinference "github.com/Arize-ai/openinference/go/openinference-instrumentation-openai-go"
	openlit "github.com/openlit/openlit/sdk/go/instrumentation/openai"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// call makes a chat completion and returns what the caller reads of the answer.
type call func(ctx context.Context, stream bool) (answer string, err error)

// side is one instrumentation.
type side struct {
	name string
	open func(http.RoundTripper, *sdktrace.TracerProvider, *sdkmetric.MeterProvider) call
	// Keys of the span that hold the input, the cached part of it, the output,
	// the reasoning in it, and the cost.
	input, cached, output, reasoning, cost attribute.Key
}

var bare = side{name: "bare", open: func(base http.RoundTripper, _ *sdktrace.TracerProvider, _ *sdkmetric.MeterProvider) call {
	return over(base)
}}

// charged holds the cost of the last call through this project's transport.
var charged string

var sides = []side{
	{
		name: "otelhttp",
		open: func(base http.RoundTripper, tp *sdktrace.TracerProvider, mp *sdkmetric.MeterProvider) call {
			return over(otelhttp.NewTransport(base, otelhttp.WithTracerProvider(tp), otelhttp.WithMeterProvider(mp)))
		},
	},
	{
		name: "OpenInference Go, middleware of openai-go",
		open: func(base http.RoundTripper, tp *sdktrace.TracerProvider, _ *sdkmetric.MeterProvider) call {
			middleware := openinference.Middleware(tp.Tracer("peers"))
			return over(roundTripper(func(r *http.Request) (*http.Response, error) { return middleware(r, base.RoundTrip) }))
		},
		input: "llm.token_count.prompt", cached: "llm.token_count.prompt_details.cache_read",
		output: "llm.token_count.completion", reasoning: "llm.token_count.completion_details.reasoning", cost: "llm.cost.total",
	},
	{
		name:  "OpenLIT Go, a client of its own",
		open:  openOpenLIT,
		input: "gen_ai.usage.input_tokens", cached: "gen_ai.usage.cache_read.input_tokens",
		output: "gen_ai.usage.output_tokens", reasoning: "gen_ai.usage.reasoning.output_tokens", cost: "gen_ai.usage.cost",
	},
	{
		name: "spanledger",
		open: func(base http.RoundTripper, tp *sdktrace.TracerProvider, mp *sdkmetric.MeterProvider) call {
			return over(otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp)))
		},
		input: "gen_ai.usage.input_tokens", cached: "gen_ai.usage.cache_read.input_tokens",
		output: "gen_ai.usage.output_tokens", reasoning: "gen_ai.usage.reasoning.output_tokens",
	},
	{
		name: "spanledger, `WithLegacyMetrics(false)`, priced by package pricing",
		open: func(base http.RoundTripper, tp *sdktrace.TracerProvider, mp *sdkmetric.MeterProvider) call {
			return over(otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp),
				otelgenai.WithLegacyMetrics(false), otelgenai.WithCallObserver(func(_ context.Context, c otelgenai.Call) {
					charged = pricing.Default().Price(c.ForPricing()).Amount.String()
				})))
		},
		input: "gen_ai.usage.input_tokens", cached: "gen_ai.usage.cache_read.input_tokens",
		output: "gen_ai.usage.output_tokens", reasoning: "gen_ai.usage.reasoning.output_tokens", cost: pricedHere,
	},
}

// pricedHere is in place of a key where the cost is not on the span.
const pricedHere attribute.Key = "(pricing)"

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// over calls a transport as the vendors' SDKs do.
func over(rt http.RoundTripper) call {
	return func(ctx context.Context, stream bool) (string, error) {
		body := wholeRequest
		if stream {
			body = streamRequest
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.openai.com/v1/chat/completions", strings.NewReader(body))
		if err != nil {
			return "", err
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := rt.RoundTrip(req)
		if err != nil {
			return "", err
		}
		defer func() { _ = resp.Body.Close() }()
		answer, err := io.ReadAll(resp.Body)
		return string(answer), err
	}
}

// openOpenLIT calls through OpenLIT's client, which hands out values in place of
// bytes: their text is compared.
func openOpenLIT(base http.RoundTripper, tp *sdktrace.TracerProvider, mp *sdkmetric.MeterProvider) call {
	otel.SetTracerProvider(tp)
	otel.SetMeterProvider(mp)
	client := openlit.NewClient("sk-0", openlit.WithHTTPClient(&http.Client{Transport: base}))
	request := openlit.ChatCompletionRequest{
		Model: "gpt-4o-2024-08-06", Temperature: 0.2,
		Messages: []openlit.ChatMessage{{Role: "user", Content: "When do ships leave the harbour?"}},
	}
	return func(ctx context.Context, stream bool) (string, error) {
		if !stream {
			resp, err := client.CreateChatCompletion(ctx, request)
			if err != nil {
				return "", err
			}
			if len(resp.Choices) == 1 && resp.Choices[0].Message.Content == "At high tide." {
				return wholeAnswer, nil
			}
			return "", nil
		}
		request := request
		request.Stream, request.StreamOptions = true, &openlit.StreamOptions{IncludeUsage: true}
		chunks, err := client.CreateChatCompletionStream(ctx, request)
		if err != nil {
			return "", err
		}
		defer func() { _ = chunks.Close() }()
		var text strings.Builder
		for {
			chunk, err := chunks.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return "", err
			}
			for _, c := range chunk.Choices {
				text.WriteString(c.Delta.Content)
			}
		}
		if text.String() == strings.Repeat("tide ", 20) {
			return streamAnswer, nil
		}
		return text.String(), nil
	}
}

// describe writes the counts and the cost of a span.
func describe(attrs []attribute.KeyValue, s side) (counts, cost string) {
	by := map[attribute.Key]string{}
	for _, kv := range attrs {
		by[kv.Key] = kv.Value.Emit()
	}
	counts = "none"
	if by[s.input] != "" {
		counts = fmt.Sprintf("%s, %s, %s, %s", by[s.input], or(by[s.cached]), by[s.output], or(by[s.reasoning]))
	}
	if s.cost == pricedHere {
		return counts, charged + " USD"
	}
	return counts, or(by[s.cost])
}

func or(v string) string {
	if v == "" {
		return "–"
	}
	return v
}
