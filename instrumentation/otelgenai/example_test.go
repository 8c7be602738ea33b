package otelgenai_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/otelgenai/redact"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing"
)

// exampleVendor answers in OpenAI's format.
func exampleVendor() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"c1","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"Mail ann@example.com."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":5}}`)
	}))
}

// ask makes a call as an SDK would.
func ask(ctx context.Context, client *http.Client, url, question string) {
	body := fmt.Sprintf(`{"model":"gpt-4o-mini","messages":[{"role":"user","content":%q}]}`, question)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
}

// recordSpans is a tracer provider that keeps what has ended.
func recordSpans() (*sdktrace.TracerProvider, *tracetest.SpanRecorder) {
	spans := tracetest.NewSpanRecorder()
	return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)), spans
}

func ExampleNewTransport() {
	vendor := exampleVendor()
	defer vendor.Close()
	provider, spans := recordSpans()

	client := &http.Client{Transport: otelgenai.NewTransport(http.DefaultTransport,
		otelgenai.WithTracerProvider(provider),                // the global one without it
		otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI))} // api.openai.com needs no such line

	ask(context.Background(), client, vendor.URL, "Hello?")

	for _, span := range spans.Ended() {
		fmt.Println(span.Name())
	}
	// Output: chat gpt-4o-mini
}

// What each call costs, in the process that makes it.
func ExampleWithCallObserver() {
	// In place of api.openai.com: a model server of your own has no list price.
	vendor := answering("application/json", `{"model":"gpt-4o-mini-2024-07-18","usage":{"prompt_tokens":1000,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":800}}}`)
	client := &http.Client{Transport: otelgenai.NewTransport(vendor,
		otelgenai.WithCallObserver(func(_ context.Context, call otelgenai.Call) {
			cost := pricing.Default().Price(call.ForPricing())
			fmt.Println(call.ResponseModel, call.Usage[usage.Input], call.Usage[usage.CacheRead], call.Usage[usage.Output], cost.Status, cost.Amount)
		}))}

	ask(context.Background(), client, "https://api.openai.com", "Hello?")
	// Output: gpt-4o-mini-2024-07-18 1000 800 50 priced 0.00012
}

// A batch is billed by its results, each once, at the price of a batch.
func ExampleWithBatchResults() {
	vendor := answering("application/x-jsonl", `{"custom_id":"a","result":{"type":"succeeded","message":{"id":"msg_1","model":"claude-sonnet-4-5-20250929","usage":{"input_tokens":1000,"output_tokens":200}}}}
{"custom_id":"b","result":{"type":"expired"}}
`)
	client := &http.Client{Transport: otelgenai.NewTransport(vendor, otelgenai.WithBatchResults(),
		otelgenai.WithCallObserver(func(_ context.Context, call otelgenai.Call) {
			fmt.Println(call.Operation, call.ResponseID, call.ServedTier, call.Usage[usage.Input], call.Usage[usage.Output])
		}))}

	for range 2 {
		resp, err := client.Get("https://api.anthropic.com/v1/messages/batches/msgbatch_1/results")
		if err != nil {
			log.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	// Output:
	// chat msg_1 batch 1000 200
	// fetch_response msgbatch_1  0 0
	// fetch_response msgbatch_1  0 0
}

// answering is a vendor that always answers with body.
func answering(contentType, body string) http.RoundTripper {
	return roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
}

// A gateway that speaks OpenAI's format for models of several vendors.
func ExampleWithEndpoint() {
	vendor := exampleVendor()
	defer vendor.Close()
	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithEndpoint(vendor.URL, otelgenai.VLLM))}

	ctx, last := otelgenai.WithLastCall(context.Background())
	ask(ctx, client, vendor.URL, "Hello?")

	call, _ := last.Call()
	fmt.Println(call.Provider, call.RequestModel, call.Usage[usage.Input], call.Usage[usage.Output])
	// Output: vllm gpt-4o-mini 9 5
}

// A probe of the health of a model is left out.
func ExampleWithFilter() {
	vendor := exampleVendor()
	defer vendor.Close()
	provider, spans := recordSpans()
	client := &http.Client{Transport: otelgenai.NewTransport(nil,
		otelgenai.WithTracerProvider(provider),
		otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI),
		otelgenai.WithFilter(func(r *http.Request) bool { return r.Context().Value(probe{}) == nil }))}

	ask(context.WithValue(context.Background(), probe{}, true), client, vendor.URL, "Are you there?")

	fmt.Println(len(spans.Ended()))
	// Output: 0
}

type probe struct{}

func ExampleWithContentCapture() {
	vendor := exampleVendor()
	defer vendor.Close()
	provider, spans := recordSpans()
	client := &http.Client{Transport: otelgenai.NewTransport(nil,
		otelgenai.WithTracerProvider(provider),
		otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI),
		otelgenai.WithContentCapture(otelgenai.SpanOnly), otelgenai.WithRedactors(redact.All...), otelgenai.WithMaxTextBytes(4<<10))}

	ask(context.Background(), client, vendor.URL, "My card is 4111 1111 1111 1111.")

	for _, kv := range spans.Ended()[0].Attributes() {
		if strings.HasSuffix(string(kv.Key), ".messages") {
			fmt.Println(kv.Key, kv.Value.AsString())
		}
	}
	// Output:
	// gen_ai.input.messages [{"role":"user","parts":[{"type":"text","content":"My card is [card]."}]}]
	// gen_ai.output.messages [{"role":"assistant","parts":[{"type":"text","content":"Mail [email]."}]}]
}

// The user whom a handler has authenticated is the one the calls are for.
func ExampleWithRequiredAttribution() {
	vendor := exampleVendor()
	defer vendor.Close()
	provider, spans := recordSpans()
	client := &http.Client{Transport: otelgenai.NewTransport(nil,
		otelgenai.WithTracerProvider(provider),
		otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI),
		otelgenai.WithRequiredAttribution(otelgenai.Reject, otelgenai.User, otelgenai.Department))}

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		ctx := tracing.WithAttribution(r.Context(), tracing.Attribution{User: user, Department: "claims"})
		ask(ctx, client, vendor.URL, "Hello?")
	})
	r := httptest.NewRequest(http.MethodPost, "/ask", nil)
	r.SetBasicAuth("u-4711", "x")
	handler.ServeHTTP(httptest.NewRecorder(), r)

	for _, kv := range spans.Ended()[0].Attributes() {
		if kv.Key == "user.id" || kv.Key == "spanledger.department" {
			fmt.Println(kv.Key, kv.Value.AsString())
		}
	}
	// Output:
	// user.id u-4711
	// spanledger.department claims
}

// otelhttp below: its span of the HTTP exchange is a child of the LLM call's.
// Without the propagator of its default it would send trace context to the
// vendor.
func Example_otelhttpBelow() {
	vendor := exampleVendor()
	defer vendor.Close()
	provider, spans := recordSpans()
	client := &http.Client{Transport: otelgenai.NewTransport(
		otelhttp.NewTransport(nil, otelhttp.WithTracerProvider(provider),
			otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator())),
		otelgenai.WithTracerProvider(provider),
		otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI))}

	ask(context.Background(), client, vendor.URL, "Hello?")

	printTree(spans)
	// Output:
	// chat gpt-4o-mini
	//   HTTP POST
}

// otelhttp above: the LLM call's span is a child of that of the HTTP exchange.
func Example_otelhttpAbove() {
	vendor := exampleVendor()
	defer vendor.Close()
	provider, spans := recordSpans()
	client := &http.Client{Transport: otelhttp.NewTransport(
		otelgenai.NewTransport(nil, otelgenai.WithTracerProvider(provider), otelgenai.WithEndpoint(vendor.URL, otelgenai.OpenAI)),
		otelhttp.WithTracerProvider(provider),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()))}

	ask(context.Background(), client, vendor.URL, "Hello?")

	printTree(spans)
	// Output:
	// HTTP POST
	//   chat gpt-4o-mini
}

func printTree(spans *tracetest.SpanRecorder) {
	ended := spans.Ended()
	for _, root := range ended {
		if root.Parent().IsValid() {
			continue
		}
		fmt.Println(root.Name())
		for _, child := range ended {
			if child.Parent().SpanID() == root.SpanContext().SpanID() {
				fmt.Println("  " + child.Name())
			}
		}
	}
}
