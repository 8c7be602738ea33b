package otelgenai_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

// canned is a transport that answers from memory, so that a benchmark sees
// nothing but what is wrapped around it.
type canned struct {
	contentType string
	body        []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {c.contentType}, "X-Request-Id": {"req_1"}},
		Body:   io.NopCloser(bytes.NewReader(c.body)),
	}, nil
}

func benchProviders(views ...sdkmetric.View) (*sdktrace.TracerProvider, *sdkmetric.MeterProvider, *sdklog.LoggerProvider) {
	return sdktrace.NewTracerProvider(), sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()), sdkmetric.WithView(views...)), sdklog.NewLoggerProvider()
}

// noTimePerChunk drops the one metric that is measured more than once a call.
var noTimePerChunk = sdkmetric.NewView(
	sdkmetric.Instrument{Name: "gen_ai.client.inference.time_per_output_chunk"},
	sdkmetric.Stream{Aggregation: sdkmetric.AggregationDrop{}},
)

func wrapped(kind string, base http.RoundTripper) http.RoundTripper {
	tp, mp, lp := benchProviders()
	switch kind {
	case "otelhttp":
		return otelhttp.NewTransport(base, otelhttp.WithTracerProvider(tp), otelhttp.WithMeterProvider(mp), otelhttp.WithPropagators(propagation.TraceContext{}))
	case "otelgenai":
		return otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp), otelgenai.WithLoggerProvider(lp))
	case "otelgenai with hashed prompts":
		return otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp), otelgenai.WithLoggerProvider(lp), otelgenai.WithPromptHash(nil))
	case "otelgenai with context shares":
		return otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp), otelgenai.WithLoggerProvider(lp), otelgenai.WithContextShares())
	case "otelgenai without an SDK":
		return otelgenai.NewTransport(base)
	case "otelgenai without the time per chunk":
		tp, mp, lp := benchProviders(noTimePerChunk)
		return otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp), otelgenai.WithLoggerProvider(lp))
	case "otelgenai without the v1.41 metrics":
		return otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp), otelgenai.WithLoggerProvider(lp), otelgenai.WithLegacyMetrics(false))
	default:
		return base
	}
}

// caller makes calls and reads their answers.
type caller struct {
	rt  http.RoundTripper
	url string
	ctx context.Context
	buf []byte
}

func newCaller(rt http.RoundTripper) caller {
	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u", Department: "d", Application: "a"})
	return caller{rt: rt, url: "https://api.openai.com/v1/chat/completions", ctx: ctx, buf: make([]byte, 32<<10)}
}

func (c caller) call(b *testing.B, request []byte) {
	req, _ := http.NewRequestWithContext(c.ctx, http.MethodPost, c.url, bytes.NewReader(request))
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.rt.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	for {
		if _, err := resp.Body.Read(c.buf); err != nil {
			break
		}
	}
	_ = resp.Body.Close()
}

func benchCall(b *testing.B, rt http.RoundTripper, request []byte) (cpuPerOp float64) {
	b.Helper()
	c := newCaller(rt)
	b.ReportAllocs()
	start := cpuTime(b)
	for b.Loop() {
		c.call(b, request)
	}
	return perOp(b, start)
}

// perOp reports the CPU time of an operation.
func perOp(b *testing.B, start time.Duration) float64 {
	ns := float64((cpuTime(b) - start).Nanoseconds()) / float64(b.N)
	b.ReportMetric(ns, "cpu-ns/op")
	return ns
}

// chatOfKilobytes is a chat completion of 1 KB that is answered with 2 KB.
func chatOfKilobytes() (request, answer []byte) {
	return []byte(`{"messages":[{"role":"user","content":"` + strings.Repeat("word ", 190) + `"}],"model":"gpt-4o-mini","temperature":0.2}`),
		[]byte(strings.Replace(chatResponse, "hello", strings.Repeat("text ", 320), 1))
}

func BenchmarkCall(b *testing.B) {
	request, answer := chatOfKilobytes()
	for _, kind := range []string{"bare", "otelhttp", "otelgenai", "otelgenai with hashed prompts", "otelgenai with context shares", "otelgenai without the v1.41 metrics", "otelgenai without an SDK"} {
		b.Run(kind, func(b *testing.B) {
			benchCall(b, wrapped(kind, canned{"application/json", answer}), request)
		})
	}
}

// BenchmarkOtherRequest is a request that is no LLM call.
func BenchmarkOtherRequest(b *testing.B) {
	for _, kind := range []string{"bare", "otelgenai"} {
		b.Run(kind, func(b *testing.B) {
			rt := wrapped(kind, canned{"application/json", []byte(`{}`)})
			req, _ := http.NewRequest(http.MethodGet, "https://storage.example.com/bucket/key", nil)
			b.ReportAllocs()
			start := cpuTime(b)
			for b.Loop() {
				resp, _ := rt.RoundTrip(req)
				_ = resp.Body.Close()
			}
			perOp(b, start)
		})
	}
}

// streamOf is a chat completion of n chunks with usage at its end.
func streamOf(n int) []byte {
	var b bytes.Buffer
	for range n {
		b.WriteString(`data: {"id":"chatcmpl-9xW1Qm2yHkT0","object":"chat.completion.chunk","created":1764000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_0aa8d3e20b","choices":[{"index":0,"delta":{"content":" hello"},"logprobs":null,"finish_reason":null}],"usage":null}` + "\n\n")
	}
	fmt.Fprintf(&b, `data: {"id":"chatcmpl-9xW1Qm2yHkT0","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":%d,"total_tokens":%d}}`+"\n\ndata: [DONE]\n\n", n, n+9)
	return b.Bytes()
}

// eachEvent returns one event at a time, as a network would.
type eachEvent struct{ rest []byte }

func (e *eachEvent) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		return 0, io.EOF
	}
	n := bytes.Index(e.rest, []byte("\n\n")) + 2
	n = copy(p, e.rest[:n])
	e.rest = e.rest[n:]
	return n, nil
}

type streamed struct{ body []byte }

func (s streamed) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Request: r, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(&eachEvent{rest: s.body})}, nil
}

// BenchmarkStream is a stream of 2,000 chunks, one a Read; cpu-ns/chunk is of
// the whole call divided by them.
func BenchmarkStream(b *testing.B) {
	const chunks = 2000
	body := streamOf(chunks)
	for _, kind := range []string{"bare", "otelgenai", "otelgenai without the time per chunk"} {
		b.Run(kind, func(b *testing.B) {
			cpu := benchCall(b, wrapped(kind, streamed{body}), []byte(`{"model":"gpt-4o-mini","stream":true}`))
			b.ReportMetric(cpu/chunks, "cpu-ns/chunk")
		})
	}
}

// BenchmarkShortStream is a stream of 20 chunks, one a Read.
func BenchmarkShortStream(b *testing.B) {
	benchCall(b, wrapped("otelgenai", streamed{streamOf(20)}), []byte(`{"model":"gpt-4o-mini","stream":true}`))
}

// BenchmarkDecode is the reading of large bodies.
func BenchmarkDecode(b *testing.B) {
	whole := []byte(strings.Replace(chatResponse, "hello", strings.Repeat(`some \"text\" with lines\n`, 40_000), 1))
	for _, bc := range []struct {
		name string
		base http.RoundTripper
		size int
	}{
		{"whole body of 1 MB", canned{"application/json", whole}, len(whole)},
		{"stream of 1 MB", canned{"text/event-stream", streamOf(3600)}, len(streamOf(3600))},
	} {
		b.Run(bc.name, func(b *testing.B) {
			cpu := benchCall(b, wrapped("otelgenai", bc.base), []byte(`{"model":"gpt-4o-mini"}`))
			b.ReportMetric(float64(bc.size)*1000/cpu, "MB/cpu-s")
		})
	}
}
