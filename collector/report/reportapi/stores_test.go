package reportapi_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func clickhouseStore(t *testing.T) ledger.Store {
	t.Helper()
	server, database := clickhousetest.Shared(t)
	store, err := clickhouse.Open(t.Context(), server.DSN(database))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	return store
}

// weeks are runs of agents over two weeks, up to an hour ago, with everything that
// a screen shows: failures, retries, cache, calls without a price or a user,
// conversations, tags, and log records of the failures.
func weeks(t *testing.T, now time.Time) (ledger.Batch, []ledger.Log) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(7, 7))
	pick := func(values ...string) string { return values[rnd.IntN(len(values))] }
	var batch ledger.Batch
	var logs []ledger.Log
	for run := range 120 {
		// No run is as old as a period that is asked for: the stores are asked one
		// after the other.
		at := now.Add(-15*time.Minute - time.Duration(run)*167*time.Minute).Truncate(time.Second)
		trace := byte(run + 1)
		user, department := pick("amara", "bruno", "carla", ""), pick("claims", "support", "")
		root := ledger.AgentSpan{
			TraceID: ledger.TraceID{trace}, SpanID: ledger.SpanID{trace, 0xff}, Start: at, Received: at, Duration: 9 * time.Second,
			Name: "invoke_workflow briefing", Role: semconv.RoleAgent, Agent: "planner", User: user, Department: department, Application: "intake-bot",
		}
		batch.Spans = append(batch.Spans, root)
		for i := range 1 + rnd.IntN(4) {
			used := usage.Counts{usage.Input: 500 + rnd.Int64N(9000), usage.Output: rnd.Int64N(900)}
			used[usage.CacheRead] = rnd.Int64N(used[usage.Input])
			model := pick("gpt-5", "gpt-5-mini", "gpt-5-nano", "acme-claims-7b")
			c := priced(t, trace, byte(i+1), model, at.Add(time.Duration(2*i)*time.Second), used)
			c.ParentSpanID, c.User, c.Department, c.Agent = root.SpanID, user, department, pick("planner", "writer")
			c.Duration = time.Duration(300+rnd.IntN(4000)) * time.Millisecond
			c.Application, c.Dialect = pick("intake-bot", "copilot"), pick("openllmetry", "otelgenai")
			c.ResponseID = ""
			c.Tags = map[string]string{"tier": pick("gold", "basic")}
			if user != "" && rnd.IntN(2) == 0 {
				c.ConversationID = user + "-1"
			}
			if rnd.IntN(9) == 0 {
				failed := priced(t, trace, byte(i+1), model, c.Start, usage.Counts{})
				failed.ParentSpanID, failed.User, failed.Department, failed.Agent = c.ParentSpanID, c.User, c.Department, c.Agent
				failed.Application, failed.Dialect, failed.Tags = c.Application, c.Dialect, c.Tags
				failed.Error, failed.ErrorType = true, pick("429", "500", "timeout")
				c = failed
				logs = append(logs, ledger.Log{
					TraceID: c.TraceID, SpanID: c.SpanID, ID: ledger.LogID{trace, byte(i)}, Time: c.Start, Received: c.Start,
					Kind: ledger.LogEvent, Severity: 13, ErrorType: c.ErrorType, User: c.User, Attributes: map[string]string{"exception.message": "no " + c.ErrorType},
				})
			}
			batch.Calls = append(batch.Calls, c)
		}
	}
	return batch, logs
}

// asked are the questions whose answers are compared, next to each path as it is.
var asked = []string{
	"/v1/overview?by=department&since=30d", "/v1/overview?by=tag:tier&zone=Asia/Kolkata", "/v1/overview?where=department=claims&by=user",
	"/v1/series?by=model&since=30d&interval=day&zone=Europe/Berlin", "/v1/series?by=user&since=3d&interval=hour&top=2",
	"/v1/compare?by=model&since=7d", "/v1/compare?a=model=gpt-5&b=model=gpt-5-mini&by=user&since=14d", "/v1/compare?by=department&where=user!=amara",
	"/v1/reports/cost?by=department,model&since=30d", "/v1/reports/cost?by=user&sort=-requests&top=2&since=30d", "/v1/reports/cost?by=tag:tier,agent&since=30d",
	"/v1/reports/cost?by=day&since=30d&zone=America/New_York", "/v1/reports/cost?by=hour_of_week&since=30d", "/v1/reports/cost?by=cost_status,error_type&since=30d",
	"/v1/reports/calls?since=30d&top=500", "/v1/reports/calls?since=30d&sort=cost&min_cost=0.001", "/v1/reports/calls?since=30d&sort=slowest&errors=true",
	"/v1/reports/calls?since=30d&where=conversation=amara-1&top=20&offset=3", "/v1/reports/calls?since=30d&trace=05000000000000000000000000000000",
	"/v1/reports/traces?since=30d&top=100", "/v1/reports/traces?since=30d&sort=cost&where=department=claims", "/v1/reports/traces?since=30d&sort=slowest&errors=true",
	"/v1/reports/traces?since=30d&min_cost=0.002", "/v1/reports/conversations?since=30d&sort=cost", "/v1/reports/errors?since=30d&by=model",
	"/v1/reports/latency?since=30d&by=model", "/v1/reports/logs?since=5d", "/v1/reports/optimize?since=30d&min_calls=5", "/v1/reports/peaks?since=28d",
	"/v1/reports/summary?since=14d", "/v1/reports/anomalies?since=24h&by=application", "/v1/reports/forecast", "/v1/reports/daily?zone=Europe/Berlin",
	"/v1/dimensions?since=30d", "/v1/traces/05000000000000000000000000000000", "/v1/traces/05000000000000000000000000000000/spans/0100000000000000",
	"/v1/conversations/amara-1", "/v1/health", "/v1/status", "/v1/reports/cost?by=nothing", "/v1/traces/ff000000000000000000000000000000",
}

// notOfTheData are instants of the question itself, which have fractions of a
// second while those of the data have none, forecasts, which depend on them, and
// the version of a store's own schema.
var notOfTheData = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)|"(expected|low|high)_usd":\s*"[^"]*",?|--(?:from|to) \S+Z|version \d+, as this binary expects`)

// Each question has one answer, whichever store it is asked of.
func TestAnswers_AreTheSameInEveryStore(t *testing.T) {
	if testing.Short() {
		t.Skip("asks ClickHouse a hundred questions")
	}
	now := time.Now().UTC()
	calls, logs := weeks(t, now)
	urls := map[string]string{}
	for name, store := range map[string]ledger.Store{"DuckDB": emptyStore(t), "ClickHouse": clickhouseStore(t)} {
		require.NoError(t, store.Write(t.Context(), calls))
		require.NoError(t, store.WriteLogs(t.Context(), logs))
		require.NoError(t, store.Refresh(t.Context()))
		urls[name] = start(t, reportapi.Handler(store, reportapi.WithVersion("v1", "store")))
	}
	for _, path := range slices.Concat(asked, listed()) {
		t.Run(path, func(t *testing.T) {
			status, _, have := get(t, urls["ClickHouse"]+path)
			same, _, want := get(t, urls["DuckDB"]+path)
			assert.Equal(t, same, status)
			assert.NotEqual(t, http.StatusInternalServerError, status, have)
			assert.Equal(t, indented(t, want), indented(t, have))
		})
	}
}

func indented(t *testing.T, body string) string {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal([]byte(notOfTheData.ReplaceAllStringFunc(body, func(found string) string {
		if strings.HasPrefix(found, `"`) {
			return ""
		}
		return "now"
	})), &value), body)
	out, err := json.MarshalIndent(value, "", " ")
	require.NoError(t, err)
	return string(out)
}
