package clickhouse_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestFieldsOfAComposedTextStayApart(t *testing.T) {
	store := open(t)
	start := time.Now().UTC().Truncate(time.Second)
	call := func(n byte, department string, finished ...string) ledger.Call {
		return ledger.Call{
			TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{7: n}, Start: start.Add(time.Duration(n)), Received: start,
			Department: department, Application: "app", Step: "last of its text", Provider: "openai", FinishReasons: finished, StatusCode: int(n),
		}
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{
		call(1, "claims", "stop"),
		call(2, ""),
		call(3, "a\x1fb\x1f", "", "length"),
		call(4, "claims;\n'quoted'", "stop"),
	}}))
	read, err := store.Trace(t.Context(), ledger.TraceID{1})
	require.NoError(t, err)
	require.Len(t, read.Calls, 4)
	// The separator alone does not come back: it would make other fields.
	for i, want := range []string{"claims", "", "a b ", "claims;\n'quoted'"} {
		c := read.Calls[i]
		require.Equal(t, want, c.Department)
		require.Equal(t, "app", c.Application)
		require.Equal(t, "last of its text", c.Step)
		require.Equal(t, "openai", c.Provider)
		require.Equal(t, i+1, c.StatusCode)
	}
	require.Equal(t, []string{"stop"}, read.Calls[0].FinishReasons)
	require.Empty(t, read.Calls[1].FinishReasons)
	require.Equal(t, []string{"", "length"}, read.Calls[2].FinishReasons)
}
