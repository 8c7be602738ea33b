package clickhouse_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
)

// Sums that a refresh read before a user was forgotten, and wrote after, are given up.
func TestRefresh_GivesUpSumsOfBeforeAUserWasForgotten(t *testing.T) {
	store := open(t)
	server, _ := clickhousetest.Shared(t)
	hour := time.Now().UTC().Truncate(time.Hour).Add(-2 * time.Hour)
	call := ledger.Call{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: hour, Received: hour, Role: "llm", Billable: true, User: "u-1"}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{call}}))
	runs := func(table string) string {
		found, err := server.QueryIn(t.Context(), store.Database(), "SELECT count() FROM "+table)
		require.NoError(t, err)
		return strings.TrimSpace(found)
	}

	begun := time.Now()
	_, err := store.Forget(t.Context(), "u-1")
	require.NoError(t, err)
	require.ErrorContains(t, store.SumUpHours(t.Context(), begun, hour), "forgotten")
	require.Equal(t, "0", runs("cost_hourly_rows"))
	require.Equal(t, "0", runs("rollup_runs"))

	require.NoError(t, store.Refresh(t.Context()), "which may have to begin again")
	require.Equal(t, "1", runs("cost_hourly_rows"))
	groups, err := store.Aggregate(t.Context(), ledger.Query{From: hour, Until: hour.Add(time.Hour), By: []ledger.Dimension{ledger.ByUser}, TotalsOnly: true})
	require.NoError(t, err)
	require.Len(t, groups, 1)
	require.Equal(t, []string{ledger.Forgotten}, groups[0].Key)
}
