package dashboardtest

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// increasesAreTheLedgers compares what Prometheus says was added in the last
// hour, in which all traffic was, with the ledger. Every series was new, so a
// first value that did not count as an increase would be missing here. The
// query is evaluated at the last scrape: behind it increase() extrapolates.
func increasesAreTheLedgers(t *testing.T, s *stacktest.Stack) {
	last, err := askPrometheus(s, view{}, "max(timestamp(spanledger_calls_total))", dashboards.Target{})
	require.NoError(t, err)
	require.Len(t, last.series, 1)
	v := view{until: time.UnixMilli(int64(math.Round(last.series[0].points[0].value * 1000)))}

	cases := map[string]string{
		`sum(increase(spanledger_calls_total[1h]))`:                                 "SELECT count() FROM llm_calls WHERE billable",
		`sum(increase(spanledger_calls_total{status="error"}[1h]))`:                 "SELECT countIf(is_error) FROM llm_calls WHERE billable",
		`sum(increase(spanledger_cost_usd_total[1h]))`:                              "SELECT toFloat64(sum(cost)) FROM llm_calls WHERE billable",
		`sum(increase(spanledger_cost_usd_total{environment="demo"}[1h]))`:          "SELECT toFloat64(sum(cost)) FROM llm_calls WHERE billable AND environment = 'demo'",
		`sum(increase(spanledger_tokens_total{type="input"}[1h]))`:                  "SELECT sum(input_tokens) FROM llm_calls WHERE billable",
		`sum(increase(spanledger_tokens_total{type="cache_read"}[1h]))`:             "SELECT sum(cache_read_tokens) FROM llm_calls WHERE billable",
		`sum(increase(gen_ai_client_operation_duration_seconds_count[1h]))`:         "SELECT count() FROM llm_calls WHERE billable",
		`sum(increase(gen_ai_client_operation_duration_seconds_sum[1h]))`:           "SELECT sum(duration_ns) / 1e9 FROM llm_calls WHERE billable",
		`sum(increase(gen_ai_execute_tool_duration_seconds_bucket{le="+Inf"}[1h]))`: "SELECT count() FROM agent_spans WHERE role = 'tool'",
	}
	for expr, sql := range cases {
		got, err := askPrometheus(s, v, expr, dashboards.Target{})
		require.NoError(t, err)
		require.Len(t, got.series, 1, expr)
		want, err := askClickHouse(t, s, sql)
		require.NoError(t, err)
		require.NotZero(t, want.rows[0][0], sql)
		require.InEpsilon(t, want.rows[0][0], got.series[0].points[0].value, 1e-9, expr)
	}
}
