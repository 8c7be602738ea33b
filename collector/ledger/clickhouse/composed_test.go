package clickhouse_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
)

func TestSchema_FieldsOfAComposedTextStayApart(t *testing.T) {
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

// The views name every column, since an expression is not in *.
func TestSchema_TheViewsOfCallsHaveEveryColumn(t *testing.T) {
	store := open(t)
	server, _ := clickhousetest.Shared(t)
	for _, view := range []string{"llm_calls", "llm_calls_of_trace(trace = '0af7651916cd43dd8448eb211c80319c')"} {
		missing, err := server.QueryIn(t.Context(), store.Database(), `SELECT arrayStringConcat(groupArray(name), ', ')
			FROM system.columns WHERE database = currentDatabase() AND table = 'llm_call_rows'
				AND name NOT IN ('caller', 'product', 'version', 'line_items', 'cost_rates', 'cost_quantities')
				AND name NOT IN (SELECT arrayJoin(tupleNames(any(tuple(*)))) FROM `+view+`)
			SETTINGS enable_named_columns_in_function_tuple = 1`)
		require.NoError(t, err, view)
		require.Empty(t, missing, view)
	}
}
