package dashboardtest

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

var demoLength = flag.Duration("demo", 30*time.Second, "how long the demo makes traffic")

// silent are the targets that a healthy stack answers with nothing, and why.
var silent = map[string]string{
	"pipeline-health/Spans received/B":                     "nothing is refused",
	"pipeline-health/Series of the metrics connector/B":    "nothing overflows",
	"coding-agents/Coding agents' calls without a price/A": "every model of the recordings has a price",
}

// zero are the figures that may be zero when all is well, and why.
var zero = map[string]string{
	"operations/Failed/A":            "the last seconds of the demo may go well",
	"agents/Failed tool calls/A":     "the last seconds of the demo may go well",
	"agents/Failed runs/A":           "a run of the demo continues when a call fails",
	"pipeline-health/Ledger queue/A": "the ledger keeps up",
	"pipeline-health/Lost spans/A":   "nothing is lost",
	"pipeline-health/Dead letters/A": "every row is stored",
}

func TestPanels_EveryPanelAnswersAfterTheDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs for minutes: -short leaves it out")
	}
	stack := stacktest.Start(t, stacktest.Options{Windows: stacktest.Short})
	begin := time.Now()
	sendCodingAgents(t, stack)
	sendUnread(t, stack)
	stack.Demo(t, *demoLength)
	// Figures of the last seconds are those of the demo's last ones, however long
	// the rest takes to arrive.
	end := time.Now()
	settle(t, stack)
	// On a busy machine the demo's summary takes longer than a rate looks back.
	if last := lastTraffic(t, stack); last.Before(end) {
		end = last
	}
	all := shipped(t)
	v := view{from: begin, until: end, step: 2 * time.Second}
	v.chosen = map[string][]string{"month": {begin.UTC().Format("2006-01")}}

	t.Run("with everything chosen", func(t *testing.T) { everyPanel(t, stack, v, all, true) })
	t.Run("with one value of every variable", func(t *testing.T) {
		one := v
		one.chosen = map[string][]string{
			"month": v.chosen["month"], "department": {"strategy", "claims"}, "application": {"research-desk"}, "provider": {"anthropic", "openai"},
			"model": {"claude-sonnet-4-5-20250929", "gpt-5"}, "agent": {"planner", "writer", "reviewer", "researcher"}, "user": {"amara", "jonas"}, "environment": {"demo"},
		}
		everyPanel(t, stack, one, all, false)
	})
	t.Run("dots lead to traces", func(t *testing.T) { everyExemplar(t, stack, v, all) })
	t.Run("increases are the ledger's figures", func(t *testing.T) { increasesAreTheLedgers(t, stack) })
	t.Run("variables have values", func(t *testing.T) { everyVariable(t, stack, v, all) })
	t.Run("names", func(t *testing.T) { everyName(t, stack, all) })
	t.Run("a metric, a label or a column that does not exist is found", func(t *testing.T) {
		names := namesOf(t, stack)
		require.ErrorContains(t, names.check(`sum by (model) (rate(spanledger_calls_totals[5m]))`), "spanledger_calls_totals")
		require.ErrorContains(t, names.check(`sum by (modell) (spanledger:calls:rate5m)`), "modell")
		require.ErrorContains(t, names.check(`spanledger:calls:rate5m{departement="x"}`), "departement")
		_, err := ask(t, stack, v, all["cost"], dashboards.Target{RawSQL: "SELECT sum(costs) FROM llm_calls"})
		require.ErrorContains(t, err, "costs")
	})
}

// settle waits until the demo's last calls and log records are in the ledger,
// and the calls in Prometheus.
func settle(t *testing.T, s *stacktest.Stack) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		err := settled(t, s)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("ledger and Prometheus do not agree: %v", err)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// lastTraffic is the last moment at which Prometheus saw calls come.
func lastTraffic(t *testing.T, s *stacktest.Stack) time.Time {
	t.Helper()
	last, err := askPrometheus(s, view{}, "max_over_time(timestamp(sum(spanledger:calls:rate5m) > 0)[3m:1s])", dashboards.Target{})
	require.NoError(t, err)
	require.Len(t, last.series, 1, "no calls were seen")
	return time.Unix(int64(last.series[0].points[0].value), 0)
}

func settled(t *testing.T, s *stacktest.Stack) error {
	t.Helper()
	ledger, err := askClickHouse(t, s, "SELECT count(), countIf(is_error AND dialect = 'spanledger'),\n"+
		"  (SELECT uniqExact(trace_id, span_id) FROM logs WHERE error_type != ''\n"+
		"     AND (trace_id, span_id) IN (SELECT trace_id, span_id FROM llm_calls WHERE dialect = 'spanledger'))\nFROM llm_calls WHERE billable")
	if err != nil {
		return err
	}
	calls, failed, logged := ledger.rows[0][0], ledger.rows[0][1], ledger.rows[0][2]
	if failed != logged {
		return fmt.Errorf("%v calls of ours failed, and %v of them have a log record", failed, logged)
	}
	scraped, err := askPrometheus(s, view{}, "sum(spanledger_calls_total)", dashboards.Target{})
	if err != nil {
		return err
	}
	if len(scraped.series) != 1 || any(scraped.series[0].points[0].value) != calls {
		return fmt.Errorf("ledger has %v calls, Prometheus %v", calls, scraped.series)
	}
	return nil
}

func everyPanel(t *testing.T, s *stacktest.Stack, v view, all map[string]*dashboards.Dashboard, mustAnswer bool) {
	for name, d := range all {
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				a, err := ask(t, s, v, d, target)
				if err != nil {
					t.Errorf("%s: %s: %v", name, p.Title, err)
					continue
				}
				key := name + "/" + p.Title + "/" + target.RefID
				if mustAnswer {
					checkAnswer(t, key, p, a, target)
				}
				checkLinks(t, key, p, a)
			}
		}
	}
}

// checkAnswer makes sure that there is something to see: series or rows, and
// in a single figure one that is not zero.
func checkAnswer(t *testing.T, key string, p *dashboards.Panel, a answer, target dashboards.Target) {
	t.Helper()
	switch {
	case a.empty():
		if silent[key] == "" {
			t.Errorf("%s: nothing came back for\n%s%s", key, target.Expr, target.RawSQL)
		}
	case silent[key] != "":
		t.Errorf("%s: is said to be silent (%s), and has an answer", key, silent[key])
	case p.Type == "stat":
		value, ok := single(a)
		if !ok || value == 0 && zero[key] == "" {
			t.Errorf("%s: shows nothing but %v for\n%s%s", key, value, target.Expr, target.RawSQL)
		}
	}
}

// checkLinks makes sure that a column a link leads from is in the answer, and
// holds the id of a trace.
func checkLinks(t *testing.T, key string, p *dashboards.Panel, a answer) {
	if p.Type != "table" || a.columns == nil {
		return
	}
	for _, o := range p.FieldConfig.Overrides {
		at := slices.Index(a.columns, o.Matcher.Options)
		if at < 0 {
			t.Errorf("%s: an override is for the column %q, which is not in the answer: %v", key, o.Matcher.Options, a.columns)
			continue
		}
		if o.Matcher.Options == "trace" && len(a.rows) > 0 && !isTraceID(a.rows[0][at]) {
			t.Errorf("%s: %v is no trace id", key, a.rows[0][at])
		}
	}
}

// everyExemplar makes sure that a query whose exemplars a panel shows has some,
// and that they name traces of the ledger.
func everyExemplar(t *testing.T, s *stacktest.Stack, v view, all map[string]*dashboards.Dashboard) {
	asked := 0
	for name, d := range all {
		for _, p := range d.Panels {
			for _, target := range p.Targets {
				if !target.Exemplar {
					continue
				}
				asked++
				found, err := exemplars(s, v, v.promQL(d, target.Expr))
				require.NoError(t, err, "%s: %s", name, p.Title)
				require.NotEmpty(t, found, "%s: %s: no exemplar for\n%s", name, p.Title, target.Expr)
				for _, trace := range found {
					require.True(t, isTraceID(trace), trace)
				}
				known, err := askClickHouse(t, s, "SELECT count() FROM llm_calls WHERE trace_id = '"+found[0]+"'")
				require.NoError(t, err)
				require.NotZero(t, known.rows[0][0], found[0])
			}
		}
	}
	require.NotZero(t, asked)
}

func isTraceID(v any) bool {
	text, ok := v.(string)
	return ok && len(text) == 32 && strings.Trim(text, "0123456789abcdef") == ""
}

func everyVariable(t *testing.T, s *stacktest.Stack, v view, all map[string]*dashboards.Dashboard) {
	for name, d := range all {
		for _, one := range d.Templating.List {
			if one.Type != "query" {
				continue
			}
			if sql, ok := one.Query.(string); ok {
				a, err := askClickHouse(t, s, v.sql(t, sql))
				if err != nil || len(a.rows) == 0 {
					t.Errorf("%s: variable %s: %d values, %v", name, one.Name, len(a.rows), err)
				}
				continue
			}
			query := one.Query.(map[string]any)
			var body struct{ Data []string }
			if err := get(s.Prometheus+"/api/v1/label/"+query["label"].(string)+"/values?match[]="+query["metric"].(string), &body); err != nil || len(body.Data) == 0 {
				t.Errorf("%s: variable %s: %d values, %v", name, one.Name, len(body.Data), err)
			}
		}
	}
}
