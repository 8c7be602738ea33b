package e2e_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/demo"
	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/tracing/semconv"
	"github.com/spanledger/spanledger/tracing/setup"
)

// briefings of the demo's agents that the test sends through: about 400 calls.
const briefings = 25

func TestPipeline_EveryPartAgreesWithWhatTheVendorServed(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs for minutes: -short leaves it out")
	}
	clickhouse := startClickHouse(t)
	jaeger := startJaeger(t)
	collector := startCollector(t, clickhouse, jaeger)
	prometheus := startPrometheus(t, collector.prometheus)

	served, done := traffic(t, collector)
	t.Logf("%d briefings, %d calls", len(done), len(served))
	usage, errorCalls := fakevendor.Usage{}, 0
	for _, c := range served {
		require.False(t, c.Aborted)
		usage = usage.Add(c.Usage)
		if c.Status != 200 {
			errorCalls++
		}
	}
	require.Positive(t, errorCalls, "the vendor is set to fail sometimes")
	usd, unpriced := readPrices(t).cost(t, served)
	require.Positive(t, unpriced, "the demo has a model nobody has a price for")

	t.Run("ClickHouse", func(t *testing.T) {
		var got ledgerTotals
		eventually(t, "all calls are in the ledger", func() (err error) {
			if got, err = clickhouse.totals(t); err != nil {
				return err
			}
			if got.calls != len(served) {
				return fmt.Errorf("%d calls in the ledger, %d served", got.calls, len(served))
			}
			return nil
		})
		assert.Equal(t, errorCalls, got.errors)
		assert.Equal(t, unpriced, got.unpriced)
		assert.Equal(t, usage.Input, got.input)
		assert.Equal(t, usage.Output, got.output)
		assert.Equal(t, usage.CacheRead, got.cacheRead)
		assert.Equal(t, usage.CacheWrite(), got.cacheWrite)
		assert.Equal(t, usage.Reasoning, got.reasoning)
		assert.Zero(t, usd.Cmp(got.cost), "cost is %s, computed independently %s", got.cost.FloatString(18), usd.FloatString(18))
	})

	t.Run("Prometheus", func(t *testing.T) {
		for query, want := range map[string]float64{
			`sum(spanledger_calls_total)`:                                   float64(len(served)),
			`sum(spanledger_calls_total{status="error"})`:                   float64(errorCalls),
			`sum(gen_ai_client_inference_usage_input_tokens_total)`:         float64(inferenceUsage(served).Input),
			`sum(gen_ai_client_inference_usage_output_tokens_total)`:        float64(inferenceUsage(served).Output),
			`sum(gen_ai_client_token_usage_sum{gen_ai_token_type="input"})`: float64(usage.Input),
			`sum(gen_ai_client_operation_duration_seconds_count)`:           float64(len(served)),
			`sum(spanledger_cost_usd_total)`:                                float(usd),
		} {
			eventually(t, query, func() error {
				got, err := prometheus.value(t, query)
				if err != nil {
					return err
				}
				// Prometheus adds doubles; everything else here is an integer.
				if math.Abs(got-want) > 1e-9*math.Abs(want) {
					return fmt.Errorf("got %v, served %v", got, want)
				}
				return nil
			})
		}
	})

	t.Run("Jaeger", func(t *testing.T) {
		b := firstComplete(t, done)
		inLedger, err := clickhouse.callsOf(t, b.TraceID.String())
		require.NoError(t, err)
		var spans map[string]jaegerSpan
		eventually(t, "the trace is complete", func() (err error) {
			if spans, err = jaeger.trace(t, b.TraceID.String()); err != nil {
				return err
			}
			return agentTree(spans, inLedger)
		})
	})
}

// traffic lets the demo's agents work and returns when all their telemetry has
// been handed to the collector.
func traffic(t *testing.T, c collector) ([]fakevendor.Served, []demo.Briefing) {
	t.Helper()
	vendor, err := fakevendor.Start(t.Context(), fakevendor.Options{
		Seed:    20,
		Latency: fakevendor.DurationRange{Min: time.Millisecond, Max: 20 * time.Millisecond},
		Faults: fakevendor.Faults{
			RateLimited: 0.05, ServerError: 0.03, Overloaded: 0.02, RetryAfter: 20 * time.Millisecond,
		},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, vendor.Close()) }()

	shutdown, err := setup.Start(t.Context(), setup.WithEndpoint("http://"+c.otlp), setup.WithServiceName("e2e"))
	require.NoError(t, err)
	done, err := demo.Run(t.Context(), demo.Options{
		OpenAIURL: vendor.OpenAIURL(), AnthropicURL: vendor.AnthropicURL(), Limit: briefings, Workers: 4, Seed: 20,
	})
	require.NoError(t, err)
	require.NoError(t, shutdown(t.Context()))
	require.Len(t, done, briefings)
	return vendor.Served(), done
}

// inferenceUsage is the usage without embeddings, which have metrics of their own.
func inferenceUsage(served []fakevendor.Served) (sum fakevendor.Usage) {
	for _, c := range served {
		if c.Operation != fakevendor.OpenAIEmbeddings {
			sum = sum.Add(c.Usage)
		}
	}
	return sum
}

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

func firstComplete(t *testing.T, done []demo.Briefing) demo.Briefing {
	t.Helper()
	for _, b := range done {
		if b.Err == nil {
			return b
		}
	}
	t.Fatal("no briefing was finished")
	return demo.Briefing{}
}

// agentTree reports what is wrong with the tree of one briefing: a workflow at
// the root; planner, researcher and writer in it; every LLM call below a step,
// every step below an agent; as many LLM calls as the ledger has of the trace.
func agentTree(spans map[string]jaegerSpan, calls int) error {
	var errs []error
	agents := map[string]bool{}
	var roots []string
	llm, tools := 0, 0
	parentName := func(s jaegerSpan) string { return spans[s.parent()].OperationName }
	// Between a step and a call there may be the vendor SDK's own span.
	stepOf := func(s jaegerSpan) bool {
		for p, ok := spans[s.parent()]; ok; p, ok = spans[p.parent()] {
			if strings.HasPrefix(p.OperationName, "step ") {
				return true
			}
		}
		return false
	}
	for _, s := range spans {
		if s.parent() == "" {
			roots = append(roots, s.OperationName)
		}
		name, rest, _ := strings.Cut(s.OperationName, " ")
		switch name {
		case semconv.OperationInvokeAgent:
			agents[rest] = true
			if !strings.HasPrefix(parentName(s), semconv.OperationInvokeWorkflow) {
				errs = append(errs, fmt.Errorf("%s is below %q", s.OperationName, parentName(s)))
			}
		case "step":
			if !strings.HasPrefix(parentName(s), semconv.OperationInvokeAgent) {
				errs = append(errs, fmt.Errorf("%s is below %q", s.OperationName, parentName(s)))
			}
		case semconv.OperationExecuteTool:
			tools++
		case semconv.OperationChat, semconv.OperationEmbeddings:
			// The span that the vendor's SDK would put around a call repeats it.
			if s.tag(string(semconv.Claim)) == semconv.ClaimTransport {
				llm++
			}
			if !stepOf(s) {
				errs = append(errs, fmt.Errorf("%s is below no step", s.OperationName))
			}
			if s.tag(string(semconv.CostStatus)) == nil {
				errs = append(errs, fmt.Errorf("%s carries no cost", s.OperationName))
			}
		}
	}
	if len(roots) != 1 || roots[0] != semconv.OperationInvokeWorkflow+" briefing" {
		errs = append(errs, fmt.Errorf("the roots are %q", roots))
	}
	for _, want := range []string{"planner", "researcher", "writer"} {
		if !agents[want] {
			errs = append(errs, fmt.Errorf("agent %s is missing", want))
		}
	}
	if llm != calls {
		errs = append(errs, fmt.Errorf("%d LLM calls in Jaeger, %d in the ledger", llm, calls))
	}
	if tools == 0 {
		errs = append(errs, errors.New("no tool was called"))
	}
	return errors.Join(errs...)
}
