package dashboardtest

import (
	"fmt"
	"math"
	"strings"
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
		require.InEpsilon(t, want.rows[0][0], got.series[0].points[0].value, 1e-9, "%s: %v", expr, uncounted(t, s, v, expr))
	}
}

// uncounted are the series of a sum of increases of which an increase is not the last
// value, with the first value, its age and the number of samples.
func uncounted(t *testing.T, s *stacktest.Stack, v view, expr string) (found []string) {
	t.Helper()
	metric := strings.TrimSuffix(strings.TrimPrefix(expr, "sum(increase("), "[1h]))")
	different, err := askPrometheus(s, v, fmt.Sprintf("abs(%s - increase(%[1]s[1h])) > 1e-12", metric), dashboards.Target{})
	require.NoError(t, err)
	for _, one := range different.series {
		labels := one.labels
		delete(labels, "__name__")
		var selector []string
		for name, value := range labels {
			selector = append(selector, fmt.Sprintf("%s=%q", name, value))
		}
		raw := strings.SplitN(metric, "{", 2)[0] + "{" + strings.Join(selector, ",") + "}[1h]"
		samples, err := askPrometheus(s, v, raw, dashboards.Target{})
		require.NoError(t, err)
		found = append(found, fmt.Sprintf("%v: off by %v: %v", selector, one.points[0].value, samples.series))
	}
	return found
}
