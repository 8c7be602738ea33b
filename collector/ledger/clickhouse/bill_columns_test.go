package clickhouse_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// TestBillColumns_ComeBackToTheByte also by SQL, however they are stored.
func TestBillColumns_ComeBackToTheByte(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store, err := clickhouse.Open(t.Context(), server.DSN(database))
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	trace := ledger.TraceID{1}
	start := time.Now().UTC().Truncate(time.Second)
	var batch ledger.Batch
	for i, bill := range ledgertest.Bills {
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: trace, SpanID: ledger.SpanID{7: byte(i + 1)}, Start: start.Add(time.Duration(i)), Received: start,
			Usage: bill.Usage, Cost: ledger.Cost{Bill: ledger.ReadBill(bill.Text)}, Billable: true,
		})
	}
	require.NoError(t, store.Write(t.Context(), batch))
	read, err := store.Trace(t.Context(), trace)
	require.NoError(t, err)
	require.Len(t, read.Calls, len(ledgertest.Bills))
	for i, bill := range ledgertest.Bills {
		require.Equal(t, bill.Text, read.Calls[i].Cost.Bill.Text(), bill.Name)
		sql, err := server.Query(t.Context(), "SELECT cost_line_items FROM "+database+".llm_calls WHERE span_id = '"+batch.Calls[i].SpanID.String()+"' FORMAT TSVRaw")
		require.NoError(t, err)
		require.Equal(t, bill.Text, sql, bill.Name)
	}
	apart, err := server.Query(t.Context(), "SELECT countIf(cost_rates != ''), countIf(notEmpty(cost_quantities)), countIf(cost_line_items != '') FROM "+database+".llm_call_rows")
	require.NoError(t, err)
	require.Equal(t, "5\t1\t9", apart, "the bills that our own prices make are taken apart")
}
