package chargeback

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
)

func TestExporter_HasTheFiguresOfTheStatements(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	var batch ledger.Batch
	for i, month := range []time.Month{9, 10, 11} {
		for j, department := range []string{"claims", "platform"} {
			cost := udecimal.MustParse("1.005")
			at := time.Date(2026, month, 2, 0, 0, 0, 0, time.UTC)
			batch.Calls = append(batch.Calls, ledger.Call{
				TraceID: ledger.TraceID{1, byte(i)}, SpanID: ledger.SpanID{1, byte(i), byte(j)}, Start: at, Received: at, Department: department,
				Role: "llm", Billable: true, RequestModel: "gpt-5", Cost: ledger.Cost{Status: "priced", Amount: &cost, Currency: "USD"},
			})
		}
	}
	require.NoError(t, store.Write(t.Context(), batch))
	rules := Rules{Allocate: Proportional, Shared: []string{"platform"}}
	book := OpenBook(t.TempDir())
	september, err := New(t.Context(), store, report.Month(2026, 9, time.UTC), rules)
	require.NoError(t, err)
	require.NoError(t, book.Close(september, time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), false))

	exporter := NewExporter(book, rules, store)
	exporter.now = func() time.Time { return time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC) }
	require.Zero(t, testutil.CollectAndCount(exporter), "a scrape does not wait for the first statements")
	require.Eventually(t, func() bool { return testutil.CollectAndCount(exporter) > 0 }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, testutil.CollectAndCompare(exporter, strings.NewReader(`
# HELP spanledger_chargeback_billed What a department is billed for a month, in its billing currency.
# TYPE spanledger_chargeback_billed gauge
spanledger_chargeback_billed{currency="USD",department="claims",month="2026-09",state="closed"} 2.01
spanledger_chargeback_billed{currency="USD",department="platform",month="2026-09",state="closed"} 0
spanledger_chargeback_billed{currency="USD",department="claims",month="2026-10",state="open"} 2.01
spanledger_chargeback_billed{currency="USD",department="platform",month="2026-10",state="open"} 0
spanledger_chargeback_billed{currency="USD",department="claims",month="2026-11",state="open"} 2.01
spanledger_chargeback_billed{currency="USD",department="platform",month="2026-11",state="open"} 0
# HELP spanledger_chargeback_up 1 if the statements could be made, otherwise 0.
# TYPE spanledger_chargeback_up gauge
spanledger_chargeback_up 1
`), "spanledger_chargeback_billed", "spanledger_chargeback_up"))
}
