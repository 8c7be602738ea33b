package costledgerexporter

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// expiredCalls is how many calls were counted as too late.
func (e failing) expiredCalls() int64 {
	m, err := e.telemetry.GetMetric("otelcol_exporter_cost_ledger_rows_expired")
	if err != nil {
		return 0
	}
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		if v, _ := point.Attributes.Value(attribute.Key("table")); v.AsString() == "llm_calls" {
			return point.Value
		}
	}
	return 0
}

func TestExpiredCall_IsCountedAndLoggedOnce(t *testing.T) {
	for engine, open := range map[string]func(t *testing.T) string{
		"DuckDB": duckDB,
		"ClickHouse": func(t *testing.T) string {
			server, database := clickhousetest.Shared(t)
			return server.DSN(database)
		},
	} {
		t.Run(engine, func(t *testing.T) {
			dsn := open(t)
			store, err := ledgerstore.Open(t.Context(), dsn)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			require.NoError(t, store.Migrate(t.Context()))
			require.NoError(t, store.SetRetention(t.Context(), ledger.Retention{DetailDays: 5, RollupDays: 100, LogDays: 5}))
			require.NoError(t, store.Expire(t.Context()))

			e := startFailing(t, dsn, filepath.Join(t.TempDir(), "dead.jsonl"))
			for n := range 3 {
				td, spans := batch()
				late := chat(spans, byte(10+n))
				start := begin.AddDate(0, 0, -6)
				late.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
				late.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Second)))
				chat(spans, byte(20+n))
				require.NoError(t, e.ConsumeTraces(context.WithoutCancel(t.Context()), td))
			}
			require.Eventually(t, func() bool { return e.expiredCalls() == 3 }, time.Minute, 10*time.Millisecond)
			said := e.said.FilterMessageSnippet("Calls arrived after the retention").All()
			require.Len(t, said, 1)
			require.NotEmpty(t, said[0].ContextMap()["hint"])
		})
	}
}
