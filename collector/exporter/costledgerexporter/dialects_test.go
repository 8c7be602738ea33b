package costledgerexporter

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/spanledger/spanledger/collector/connector/genailogsconnector"
	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// dialectFixtures hold one run in each dialect and the bill the vendor writes.
var dialectFixtures = filepath.Join("..", "..", "processor", "genainormalizerprocessor", "testdata", "dialects")

type line struct {
	Span     string `json:"span"`
	Provider string `json:"provider"`
	Model    string `json:"model"`
	Input    int64  `json:"input"`
	Output   int64  `json:"output"`
	Cost     string `json:"cost"`
}

// TestBill_OfEveryDialectIsTheSameInAnyOrder sends each fixture through the
// pipeline several times, a few spans at a time, in random orders.
func TestBill_OfEveryDialectIsTheSameInAnyOrder(t *testing.T) {
	for _, engine := range []struct {
		name   string
		open   func(t *testing.T) string
		orders int
	}{
		{"duckdb", duckDB, 3},
		{"clickhouse", func(t *testing.T) string {
			server, database := clickhousetest.Shared(t)
			return server.DSN(database)
		}, 1},
	} {
		t.Run(engine.name, func(t *testing.T) {
			e := start(t, engine.open(t))
			require.NoError(t, e.store.SetRetention(t.Context(), ledgertest.Forever)) // the dates of the fixtures are fixed
			pipe := pipeline(t, e)
			folders, err := filepath.Glob(filepath.Join(dialectFixtures, "*"))
			require.NoError(t, err)
			require.NotEmpty(t, folders)
			random := rand.New(rand.NewPCG(1, 2))
			for _, folder := range folders {
				t.Run(filepath.Base(folder), func(t *testing.T) {
					want := expectedBill(t, folder)
					for order := range engine.orders {
						spans := apart(fixture(t, folder), order)
						random.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
						traces := traceIDs(spans)
						for len(spans) > 0 {
							n := min(len(spans), 1+random.IntN(3))
							td := ptrace.NewTraces()
							for _, one := range spans[:n] {
								one.ResourceSpans().MoveAndAppendTo(td.ResourceSpans())
							}
							spans = spans[n:]
							require.NoError(t, pipe.ConsumeTraces(t.Context(), td))
						}
						require.Equal(t, want, storedBill(t, e.store, traces), "order %d", order)
					}
				})
			}
		})
	}
}

func pipeline(t *testing.T, next consumer.Traces) consumer.Traces {
	t.Helper()
	for _, factory := range []processor.Factory{genaicostprocessor.NewFactory(), genainormalizerprocessor.NewFactory()} {
		p, err := factory.CreateTraces(t.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), next)
		require.NoError(t, err)
		require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
		t.Cleanup(func() { assert.NoError(t, p.(component.Component).Shutdown(t.Context())) })
		next = p
	}
	return next
}

func fixture(t *testing.T, folder string) ptrace.Traces {
	t.Helper()
	all := ptrace.NewTraces()
	if raw, err := os.ReadFile(filepath.Join(folder, "traces.json")); err == nil {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(raw)
		require.NoError(t, err)
		td.ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
	}
	if raw, err := os.ReadFile(filepath.Join(folder, "logs.json")); err == nil {
		ld, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(raw)
		require.NoError(t, err)
		factory := genailogsconnector.NewFactory()
		sink := new(consumertest.TracesSink)
		c, err := factory.CreateLogsToTraces(t.Context(), connectortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), sink)
		require.NoError(t, err)
		require.NoError(t, c.ConsumeLogs(t.Context(), ld))
		for _, td := range sink.AllTraces() {
			td.ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
		}
	}
	require.Positive(t, all.SpanCount())
	return all
}

// apart takes the spans apart, one a batch, and moves them to days and traces
// of their own, so that no two orders settle with each other.
func apart(td ptrace.Traces, order int) []ptrace.Traces {
	const days = 3
	later := pcommon.Timestamp(days * order * int(24*time.Hour))
	var all []ptrace.Traces
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				one := ptrace.NewTraces()
				resource := one.ResourceSpans().AppendEmpty()
				rs.Resource().CopyTo(resource.Resource())
				scope := resource.ScopeSpans().AppendEmpty()
				ss.Scope().CopyTo(scope.Scope())
				moved := scope.Spans().AppendEmpty()
				span.CopyTo(moved)
				id := moved.TraceID()
				id[8] += byte(order) // fixtures number their traces in the last
				moved.SetTraceID(id)
				moved.SetStartTimestamp(span.StartTimestamp() - later)
				moved.SetEndTimestamp(span.EndTimestamp() - later)
				all = append(all, one)
			}
		}
	}
	return all
}

func traceIDs(spans []ptrace.Traces) []ledger.TraceID {
	var ids []ledger.TraceID
	for _, td := range spans {
		id := ledger.TraceID(td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).TraceID())
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func expectedBill(t *testing.T, folder string) []line {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(folder, "bill.json"))
	require.NoError(t, err)
	var lines []line
	require.NoError(t, json.Unmarshal(raw, &lines))
	return lines
}

func storedBill(t *testing.T, store ledger.Store, traces []ledger.TraceID) []line {
	t.Helper()
	lines := []line{}
	for _, id := range traces {
		trace, err := store.Trace(t.Context(), id)
		if err != nil {
			require.ErrorIs(t, err, ledger.ErrNotFound)
			continue
		}
		for i := range trace.Calls {
			c := &trace.Calls[i]
			if !c.Billable {
				continue
			}
			cost := "0"
			if c.Cost.Amount != nil {
				cost = c.Cost.Amount.String()
			}
			lines = append(lines, line{
				Span: c.SpanID.String(), Provider: c.Provider, Model: c.Model(),
				Input: c.Usage[usage.Input], Output: c.Usage[usage.Output], Cost: cost,
			})
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return strings.Compare(a.Span, b.Span) })
	return lines
}
