package clickhouse_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// TestLogRecords_ViewEqualsGo compares the view logs, which dashboards
// read, with what this package gives.
func TestLogRecords_ViewEqualsGo(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store, err := clickhouse.Open(t.Context(), server.DSN(database))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	at := time.Now().UTC().Truncate(time.Second)
	logs := ledgertest.MessageLogs(at)
	require.NoError(t, store.WriteLogs(t.Context(), logs))
	require.NoError(t, store.WriteLogs(t.Context(), logs))

	var want []string
	for _, l := range logs {
		trace, span := "", ""
		if !l.TraceID.IsZero() {
			trace, span = l.TraceID.String(), l.SpanID.String()
		}
		want = append(want, strings.Join([]string{trace, span, l.ID.String(), strconv.Itoa(l.Severity), ledger.SeverityText(l.Severity), l.Message(), at.Format("2006-01-02 15:04:05.000000")}, "\t"))
	}
	got, err := server.QueryIn(t.Context(), database,
		"SELECT trace_id, span_id, log_id, severity_number + 0, severity, message, received_time FROM logs ORDER BY log_id FORMAT TSV")
	require.NoError(t, err)
	require.Equal(t, want, strings.Split(strings.TrimSuffix(got, "\n"), "\n"))
}
