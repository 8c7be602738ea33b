package costledgerexporter

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// TestUnits_ArriveEverywhere follows every count that a bill can depend on from
// the span's attribute to where a ledger shows it.
func TestUnits_ArriveEverywhere(t *testing.T) {
	span := ptrace.NewSpan()
	span.SetTraceID(pcommon.TraceID{1})
	span.SetSpanID(pcommon.SpanID{1})
	begin := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(begin))
	span.Attributes().PutStr(string(semconv.SpanRole), semconv.RoleLLM)
	var want usage.Counts
	for f := range usage.NumBilled {
		want[f] = 1000 + int64(f)
		span.Attributes().PutInt(string(f.Key()), want[f])
	}
	arrived := func(where string, got *usage.Counts) {
		t.Helper()
		for f := range usage.NumBilled {
			assert.Equal(t, want[f], got[f], "%s: %s", where, f)
		}
	}

	b := rows.NewBuilder()
	b.Begin(begin)
	require.NoError(t, b.Add(rows.NewResource(pcommon.NewMap()), span))
	require.Len(t, b.Batch.Calls, 1)
	arrived("the row", &b.Batch.Calls[0].Usage)

	item, err := wire.Append(nil, &wire.Item{Calls: b.Batch.Calls})
	require.NoError(t, err)
	queued, err := wire.Decode(item)
	require.NoError(t, err)
	arrived("the queue", &queued.Calls[0].Usage)

	answer, err := json.Marshal(queued.Calls[0])
	require.NoError(t, err)
	var read ledger.Call
	require.NoError(t, json.Unmarshal(answer, &read))
	arrived("the API", &read.Usage)

	source, target := openDuckDB(t), openDuckDB(t)
	require.NoError(t, source.Write(t.Context(), ledger.Batch{Calls: queued.Calls}))
	stored, err := source.Trace(t.Context(), ledger.TraceID{1})
	require.NoError(t, err)
	arrived("the store", &stored.Calls[0].Usage)

	call := reprice.CallOf(&stored.Calls[0])
	arrived("reprice", &call.Usage)

	_, _, err = transfer.Copy(t.Context(), source, target, begin, begin.Add(time.Hour), nil)
	require.NoError(t, err)
	moved, err := target.Trace(t.Context(), ledger.TraceID{1})
	require.NoError(t, err)
	arrived("the other ledger", &moved.Calls[0].Usage)

	file := filepath.Join(t.TempDir(), "calls.csv")
	_, err = transfer.Export(t.Context(), source, ledger.ExportQuery{Table: transfer.Calls, Format: string(duckdb.CSV), From: begin, Until: begin.Add(time.Hour)}, file, nil)
	require.NoError(t, err)
	in, err := os.Open(file)
	require.NoError(t, err)
	defer in.Close()
	lines, err := csv.NewReader(in).ReadAll()
	require.NoError(t, err)
	for f := range usage.NumBilled {
		if at := slices.Index(lines[0], f.Column()); assert.GreaterOrEqual(t, at, 0, "the file: %s", f) {
			assert.Equal(t, strconv.FormatInt(want[f], 10), lines[1][at], "the file: %s", f)
		}
	}
}

func openDuckDB(t *testing.T) *duckdb.Store {
	t.Helper()
	s, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.duckdb"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	return s
}
