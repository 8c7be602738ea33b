package costledgerexporter

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// exchange is a request of an application and the answer to it. They pass through the
// transport, and its span over OTLP through the collector's components into a ledger.
type exchange struct {
	name, url, request, answer string
	method                     string // POST where it is empty
	head                       []string
	noType                     bool // the answer has no Content-Type but what head says

	want charge
}

// charge has the figures of the row of the call; fields left empty are not compared.
type charge struct {
	cost          string // the amount, or "unpriced REASON"
	provider      string
	model         string
	flag          string // among those of the cost
	failure       string // error type; "none" for a call that did not fail
	id            string
	input, output int64
	aborted       bool // the stream ended before its end
	calls         int  // rows whose costs add up; 0 = one
	quiet         bool // no row: it is no model call
}

// exchanges gives a client of the transport whose spans arrive in next.
func exchanges(t *testing.T, next consumer.Traces, base http.RoundTripper) *http.Client {
	t.Helper()
	exporter, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(receiver(t, next)), otlptracehttp.WithRetry(otlptracehttp.RetryConfig{}))
	require.NoError(t, err)
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	t.Cleanup(func() { assert.NoError(t, provider.Shutdown(context.WithoutCancel(t.Context()))) })
	return &http.Client{Transport: otelgenai.NewTransport(base, otelgenai.WithTracerProvider(provider))}
}

type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// play sends exchanges one after the other, and compares the row of each.
func play(t *testing.T, all []exchange) {
	e := start(t, duckDB(t))
	var x *exchange
	client := exchanges(t, pipeline(t, e), answering(func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
			_ = r.Body.Close()
		}
		head := http.Header{}
		if !x.noType {
			head.Set("Content-Type", contentType(x.answer))
		}
		for _, line := range x.head {
			name, value, _ := strings.Cut(line, ": ")
			head[http.CanonicalHeaderKey(name)] = []string{value}
		}
		return &http.Response{StatusCode: 200, Header: head, Body: io.NopCloser(strings.NewReader(x.answer)), Request: r}, nil
	}))
	seen := map[ledger.SpanID]bool{}
	for i := range all {
		x = &all[i]
		t.Run(x.name, func(t *testing.T) {
			method := cmp.Or(x.method, http.MethodPost)
			request, err := http.NewRequestWithContext(t.Context(), method, x.url, strings.NewReader(x.request))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/json")
			answer, err := client.Do(request)
			require.NoError(t, err)
			got, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			assert.Equal(t, x.answer, string(got), "the application sees what was sent")

			calls, err := e.store.Calls(t.Context(), ledger.EarliestStart, ledger.LatestStart)
			require.NoError(t, err)
			calls = slices.DeleteFunc(calls, func(c ledger.Call) bool { return seen[c.SpanID] })
			for i := range calls {
				seen[calls[i].SpanID] = true
			}
			x.want.check(t, calls)
		})
	}
}

func contentType(answer string) string {
	if strings.HasPrefix(answer, "data:") || strings.HasPrefix(answer, "event:") {
		return "text/event-stream"
	}
	return "application/json"
}

func (want charge) check(t *testing.T, calls []ledger.Call) {
	t.Helper()
	if want.quiet {
		assert.Empty(t, calls)
		return
	}
	require.Len(t, calls, max(want.calls, 1), "the rows of the exchange")
	c := &calls[0]
	cost, sum := c.Cost.Status+" "+c.Cost.Reason, udecimal.Zero
	for i := range calls {
		if amount := calls[i].Cost.Amount; amount != nil {
			sum = sum.Add(*amount)
			cost = sum.String()
		}
	}
	for _, field := range []struct{ name, want, got string }{
		{"cost", want.cost, cost},
		{"provider", want.provider, c.Provider},
		{"model", want.model, c.Model()},
		{"response id", want.id, c.ResponseID},
	} {
		if field.want != "" {
			assert.Equal(t, field.want, field.got, field.name)
		}
	}
	switch want.failure {
	case "":
	case "none":
		assert.Empty(t, c.ErrorType, "error type")
		assert.False(t, c.Error, "failed")
	default:
		assert.Equal(t, want.failure, c.ErrorType, "error type")
		assert.True(t, c.Error, "failed")
	}
	assert.Equal(t, want.aborted, c.Aborted, "aborted")
	if want.flag != "" {
		assert.True(t, slices.Contains(c.Cost.Flags, want.flag), "flag %s among %s", want.flag, c.Cost.Flags)
	}
	if want.input+want.output > 0 {
		assert.Equal(t, fmt.Sprint(want.input, " in ", want.output, " out"), fmt.Sprint(c.Usage[usage.Input], " in ", c.Usage[usage.Output], " out"))
	}
}

// events is a stream of server-sent events.
func events(documents ...string) string {
	return "data: " + strings.Join(documents, "\n\ndata: ") + "\n\n"
}
