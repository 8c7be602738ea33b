package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// serverCases are every report of the command line, and its twin of the HTTP
// API where it has one. Periods are fixed: nothing depends on the clock, but for
// clockCases.
var serverCases = map[string]struct{ command, api string }{
	"cost":            {"report cost --by department,model --from 2026-10-01 --to 2026-11-01 --zone Europe/Berlin", "reports/cost?by=department,model&from=2026-10-01&to=2026-11-01&zone=Europe/Berlin"},
	"cost by tag":     {"report cost --by user --from 2026-10-01 --to 2026-11-01 --where model!=gpt-5 --top 3", "reports/cost?by=user&from=2026-10-01&to=2026-11-01&where=model!%3Dgpt-5&top=3"},
	"daily":           {"report daily --from 2026-10-01 --to 2026-11-01", "reports/daily?from=2026-10-01&to=2026-11-01"},
	"peaks":           {"report peaks --from 2026-10-01 --to 2026-11-01 --top 5", "reports/peaks?from=2026-10-01&to=2026-11-01&top=5"},
	"context":         {"report context --by model --from 2026-10-01 --to 2026-11-01", "reports/context?by=model&from=2026-10-01&to=2026-11-01"},
	"unit":            {"report unit --outcome resolved --by application --revenue REVENUE --from 2026-10-01 --to 2026-11-01", "reports/unit?outcome=resolved&by=application&from=2026-10-01&to=2026-11-01"},
	"unit of a model": {"report unit --outcome resolved --by model --from 2026-10-01 --to 2026-11-01", "reports/unit?outcome=resolved&by=model&from=2026-10-01&to=2026-11-01"},
	"quality":         {"report quality --by model --pass-from 0.6 --from 2026-10-01 --to 2026-11-01", "reports/quality?by=model&pass_from=0.6&from=2026-10-01&to=2026-11-01"},
	"waste":           {"report waste --from 2026-10-01 --to 2026-11-01 --top 3", "reports/waste?from=2026-10-01&to=2026-11-01&top=3"},
	"cache":           {"report cache --from 2026-10-01 --to 2026-11-01 --top 3", "reports/cache?from=2026-10-01&to=2026-11-01&top=3"},
	"errors":          {"report errors --from 2026-10-01 --to 2026-11-01 --top 5", "reports/errors?from=2026-10-01&to=2026-11-01&top=5"},
	"latency":         {"report latency --by model --from 2026-10-01 --to 2026-11-01", "reports/latency?by=model&from=2026-10-01&to=2026-11-01"},
	"summary":         {"report summary --from 2026-10-01 --to 2026-11-01", "reports/summary?from=2026-10-01&to=2026-11-01"},
	"anomalies":       {"report anomalies --by user --from 2026-10-20 --to 2026-10-27", "reports/anomalies?by=user&from=2026-10-20&to=2026-10-27"},
	"past forecast":   {"report forecast --by department --month 2026-10", ""},
	"chargeback":      {"chargeback --month 2026-10 --rules RULES --book BOOK", "reports/chargeback?month=2026-10"},
	"optimize":        {"optimize --from 2026-10-01 --to 2026-11-01 --min-calls 2 --min-saving 0.000001", "reports/optimize?from=2026-10-01&to=2026-11-01&min_calls=2&min_saving=0.000001"},
	"past traces":     {"traces --from 2026-10-01 --to 2026-11-01", ""},
	"an empty period": {"report cost --by department --from 2020-01-01 --to 2020-02-01", "reports/cost?by=department&from=2020-01-01&to=2020-02-01"},
}

// clockCases look at now: their estimates move a little from one question to
// the next.
var clockCases = map[string]struct{ command, api string }{
	"forecast of this month": {"report forecast --by department", "reports/forecast?by=department"},
	"budget status":          {"budget status --budgets PLAN", "budgets"},
}

// withoutLedger leaves out the flags of the ledger in suggested commands: they differ with
// where a report is read from.
func withoutLedger(out string) string {
	return regexp.MustCompile(` --(?:store|server) \S*?(?:ledger\.duckdb|:\d+)`).ReplaceAllString(out, "")
}

func TestReports_AreTheSameFromTheStoreThroughAServerAndOverHTTP(t *testing.T) {
	dir := t.TempDir()
	dsn := "duckdb://" + filepath.Join(dir, "ledger.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	calls := ledgertest.RandomCalls(400, 7)
	for i := range calls {
		calls[i].Start = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 107 * time.Minute)
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	recent := ledgertest.RandomCalls(100, 8)
	for i := range recent {
		recent[i].Start = time.Now().Add(-time.Hour - time.Duration(i)*5*time.Hour)
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: recent}))
	require.NoError(t, store.WriteLogs(t.Context(), logsOf(calls)))
	require.NoError(t, store.WriteResults(t.Context(), resultsOf(calls)))
	require.NoError(t, store.Close())
	rules := filepath.Join(dir, "rules.yaml")
	require.NoError(t, os.WriteFile(rules, []byte("allocate: even\nmarkup: \"5\"\n"), 0o600))

	revenue := filepath.Join(dir, "revenue.csv")
	require.NoError(t, os.WriteFile(revenue, fmt.Appendf(nil, "date,application,usd\n2026-10-05,%s,12.5\n2026-10-06,unheard,1\n", calls[0].Application), 0o600))

	plan := filepath.Join(dir, "budgets.yaml")
	require.NoError(t, os.WriteFile(plan, []byte("budgets: [{name: all, amount: \"1000\"}, {name: one, amount: \"5\", every: week, scope: {provider: openai}}]\n"), 0o600))

	files := strings.NewReplacer("RULES", rules, "BOOK", filepath.Join(dir, "book"), "PLAN", plan, "REVENUE", revenue)
	words := func(command string, more ...string) []string {
		return append(strings.Fields(files.Replace(command)), more...)
	}
	commandOf := func(name string, more ...string) []string { return words(serverCases[name].command, more...) }
	formats := []string{"csv", "json", "table", "markdown"}
	local := map[string]string{}
	for name := range serverCases {
		for _, format := range formats {
			out, errs, code := run(t, commandOf(name, "--format", format, "--store", dsn)...)
			require.Zero(t, code, "%s: %s", name, errs)
			local[name+format] = withoutLedger(out)
		}
	}

	for name, tc := range clockCases {
		out, errs, code := run(t, words(tc.command, "--format", "json", "--store", dsn)...)
		require.Zero(t, code, "%s: %s", name, errs)
		local[name] = withoutLedger(out)
	}
	const logs = "logs --from 2026-10-01 --to 2026-11-01 --newest 50"
	for _, format := range []string{"table", "json"} {
		out, errs, code := run(t, words(logs, "--format", format, "--store", dsn)...)
		require.Zero(t, code, errs)
		require.Equal(t, 50, strings.Count(out, "\n"), out)
		local["logs"+format] = out
	}

	require.Greater(t, strings.Count(local["costcsv"], "\n"), 5, "there is something to compare")
	require.Contains(t, local["unitcsv"], ",margin_usd,")
	require.Contains(t, local["unitcsv"], "\nunheard,0,0,0,0,,,0,0,1,1,1")
	require.NotContains(t, local["unit of a modelcsv"], "margin")
	require.Greater(t, strings.Count(local["qualitycsv"], "\n"), 2)

	factory := ledgerapiextension.NewFactory()
	config := factory.CreateDefaultConfig().(*ledgerapiextension.Config)
	config.Store, config.Server.NetAddr.Endpoint, config.ChargebackRules = configopaque.String(dsn), "127.0.0.1:0", rules
	config.Budgets, config.Revenue = plan, revenue
	api, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), config)
	require.NoError(t, err)
	require.NoError(t, api.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, api.Shutdown(context.Background())) })
	require.NoError(t, api.(extensioncapabilities.PipelineWatcher).Ready())
	server, err := remote.Discover(dsn)
	require.NoError(t, err)

	tools := askTools(t, server)
	for name, tc := range serverCases {
		t.Run(name, func(t *testing.T) {
			for _, format := range formats {
				out, errs, code := run(t, commandOf(name, "--format", format, "--server", server)...)
				require.Zero(t, code, errs)
				assert.Equal(t, local[name+format], withoutLedger(out), format)
			}
			if tc.api == "" {
				return
			}
			for _, format := range []string{"csv", "json"} {
				body := fetch(t, server+"/v1/"+tc.api+"&format="+format)
				assert.Equal(t, local[name+format], body, format)
			}
			assert.Equal(t, local[name+"json"], tools(tc.api))
		})
	}
	for name, tc := range clockCases {
		t.Run(name, func(t *testing.T) {
			out, errs, code := run(t, words(tc.command, "--format", "json", "--server", server)...)
			require.Zero(t, code, errs)
			sameButForEstimates(t, local[name], withoutLedger(out))
			sameButForEstimates(t, local[name], fetch(t, server+"/v1/"+tc.api))
			sameButForEstimates(t, local[name], tools(tc.api))
		})
	}
	t.Run("logs", func(t *testing.T) {
		for _, format := range []string{"table", "json"} {
			out, errs, code := run(t, words(logs, "--format", format, "--server", server)...)
			require.Zero(t, code, errs)
			assert.Equal(t, local["logs"+format], out, format)
		}
		// The API lists the newest first, in the columns of a report.
		type record struct {
			Trace   string `json:"trace_id"`
			Span    string `json:"span_id"`
			Message string `json:"message"`
		}
		var want []record
		for decoder := json.NewDecoder(strings.NewReader(local["logsjson"])); decoder.More(); {
			var line struct {
				record
				Body string `json:"body"`
			}
			require.NoError(t, decoder.Decode(&line))
			line.Message = line.Body
			want = append(want, line.record)
		}
		slices.Reverse(want)
		var answer struct{ Tables []struct{ Rows []record } }
		require.NoError(t, json.Unmarshal([]byte(fetch(t, server+"/v1/reports/logs?from=2026-10-01&to=2026-11-01&top=50")), &answer))
		assert.Equal(t, want, answer.Tables[0].Rows)
	})
}

func fetch(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	resp, err := http.Get(u.String())
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, string(body))
	return string(body)
}

// sameButForEstimates compares two documents in JSON; figures may differ by what
// a minute does to them.
func sameButForEstimates(t *testing.T, want, got string) {
	t.Helper()
	var documents [2]any
	require.NoError(t, json.Unmarshal([]byte(want), &documents[0]), want)
	require.NoError(t, json.Unmarshal([]byte(got), &documents[1]), got)
	const share = 1e-3
	number := func(s string) (float64, bool) {
		v, err := strconv.ParseFloat(s, 64)
		return v, err == nil
	}
	amounts := cmp.FilterValues(func(a, b string) bool {
		_, one := number(a)
		_, other := number(b)
		return one && other
	}, cmp.Comparer(func(a, b string) bool {
		one, _ := number(a)
		other, _ := number(b)
		return math.Abs(one-other) <= share*max(math.Abs(one), math.Abs(other))
	}))
	if diff := cmp.Diff(documents[0], documents[1], amounts, cmpopts.EquateApprox(share, 0)); diff != "" {
		t.Error(diff)
	}
}

// logsOf are records of calls, as applications write them.
func logsOf(calls []ledger.Call) []ledger.Log {
	logs := make([]ledger.Log, len(calls))
	for i, c := range calls {
		logs[i] = ledger.Log{
			Time: c.Start, Received: c.Start, TraceID: c.TraceID, SpanID: c.SpanID, ID: ledger.LogID{1}, Kind: ledger.LogApplication, Severity: 9,
			Body: "call " + strconv.Itoa(i), Department: c.Department,
		}
	}
	return logs
}

// resultsOf gives each second call an evaluation, and each third run an outcome.
func resultsOf(calls []ledger.Call) []ledger.Result {
	var all []ledger.Result
	add := func(c *ledger.Call, r ledger.Result) {
		r.TraceID, r.Time, r.Received = c.TraceID, c.Start.Add(time.Hour), c.Start.Add(time.Hour)
		r.Identify("")
		all = append(all, r)
	}
	for i := range calls {
		if c := &calls[i]; i%2 == 0 {
			add(c, ledger.Result{Kind: ledger.ResultEvaluation, Name: "relevance", SpanID: c.SpanID, Value: ledger.ResultValue(float64(i%10) / 10)})
		}
		if c := &calls[i]; i%3 == 0 {
			add(c, ledger.Result{Kind: ledger.ResultOutcome, Name: "resolved", Accepted: i%2 == 0})
		}
	}
	return all
}
