package duckdb_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

// TestTrace_IsTheSameInPieces reads a trace, of which many rows start at one time, in
// pieces of every size.
func TestTrace_IsTheSameInPieces(t *testing.T) {
	store := open(t, ":memory:")
	start := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	const rows = 24
	var batch ledger.Batch
	for i := range uint64(rows) {
		var span ledger.SpanID
		binary.BigEndian.PutUint64(span[:], (i*7%rows+1)<<59|i) // some are above the largest signed integer
		at := start.Add(time.Duration(i/6) * time.Nanosecond)
		batch.Calls = append(batch.Calls, ledger.Call{TraceID: ledger.TraceID{1}, SpanID: span, Start: at, Received: start})
		batch.Spans = append(batch.Spans, ledger.AgentSpan{TraceID: ledger.TraceID{1}, SpanID: span, Start: at, Received: start, Role: "step"})
	}
	batch.Calls = append(batch.Calls, ledger.Call{TraceID: ledger.TraceID{2}, SpanID: ledger.SpanID{1}, Start: start, Received: start})
	require.NoError(t, store.Write(t.Context(), batch))
	whole, err := store.Trace(t.Context(), ledger.TraceID{1})
	require.NoError(t, err)
	require.Len(t, whole.Calls, rows)
	require.Len(t, whole.Spans, rows)
	for size := 1; size <= rows+1; size++ {
		before := duckdb.ReadTracesBy(size)
		pieces, err := store.Trace(t.Context(), ledger.TraceID{1})
		duckdb.ReadTracesBy(before)
		require.NoError(t, err)
		require.True(t, assert.ObjectsAreEqual(whole, pieces), "in pieces of %d", size)
	}
}
