package duckdb_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// Several chunks of DuckDB, which goroutines divide among them, add up to what plain Go finds.
func TestContexts_AddUpWithSeveralReaders(t *testing.T) {
	calls := ledgertest.RandomContexts(12_000, 61)
	until := calls[0].Start.Add(100 * time.Hour)
	q := ledger.ContextQuery{From: until.Add(-200 * time.Hour), Until: until, By: []ledger.Dimension{ledger.ByModel}}
	store := open(t, ":memory:?threads=3")
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	got, err := store.Contexts(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, inText(t, ledgertest.PlainContexts(calls, q)), inText(t, got))
}

// Which of very many tools are listed does not depend on the number of readers.
func TestContexts_ListTheSameToolsWithSeveralReaders(t *testing.T) {
	calls := ledgertest.RandomContexts(12_000, 62)
	for i := range calls {
		calls[i].PromptShares = fmt.Sprintf("tools/t%d:%d", i*7%3000, 1+i%90)
	}
	until := calls[0].Start.Add(100 * time.Hour)
	q := ledger.ContextQuery{From: until.Add(-200 * time.Hour), Until: until}
	var answers []string
	for _, path := range []string{":memory:?threads=1", ":memory:?threads=3"} {
		store := open(t, path)
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
		got, err := store.Contexts(t.Context(), q)
		require.NoError(t, err)
		require.Len(t, got[0].Parts, 1001)
		answers = append(answers, inText(t, got))
	}
	require.Equal(t, answers[0], answers[1])
}

func inText(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
