package budget_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestCaps_AreRead(t *testing.T) {
	p := plan(t, `
caps:
  - name: one run
    per: run
    scope: {application: intake-bot}
    amount: "0.50"
    calls: 300
    depth: 4
    calls_per_minute: 60
  - {name: a chat, per: conversation, amount: 2.5}
`)
	assert.Equal(t, []budgetguard.Cap{
		{
			Name: "one run", Per: budgetguard.PerRun, Scope: []budgetguard.Condition{{Dimension: "application", Value: "intake-bot"}},
			Amount: udecimal.MustParse("0.50"), Calls: 300, Depth: 4, CallsPerMinute: 60,
		},
		{Name: "a chat", Per: budgetguard.PerConversation, Scope: []budgetguard.Condition{}, Amount: udecimal.MustParse("2.5")},
	}, p.Caps)
}

func TestCaps_ErrorsNameTheFix(t *testing.T) {
	for text, want := range map[string]string{
		`{per: run, calls: 1}`:                                `caps[0].name "": give each cap a name of its own`,
		`{name: a, calls: 1}`:                                 `caps[0].per "": expected run or conversation`,
		`{name: a, per: day, calls: 1}`:                       `caps[0].per "day": expected run or conversation`,
		`{name: a, per: run}`:                                 `caps[0].amount "": set amount, calls, depth or calls_per_minute`,
		`{name: a, per: run, calls: 0}`:                       `caps[0].calls "0": expected a whole number above zero`,
		`{name: a, per: run, calls: 1.5}`:                     `caps[0].calls "1.5"`,
		`{name: a, per: run, depth: deep}`:                    `caps[0].depth "deep"`,
		`{name: a, per: run, calls_per_minute: -1}`:           `caps[0].calls_per_minute "-1"`,
		`{name: a, per: run, amount: much}`:                   `caps[0].amount "much": expected a decimal number above zero`,
		`{name: a, per: run, calls: 1, scope: {colour: red}}`: `caps[0].scope: unknown dimension "colour"`,
		`{name: a, per: run, calls: 1, tokens: 1}`:            "unknown key \"tokens\"",
		`{name: a, per: run, calls: 1}, {name: a, per: run}`:  `caps[1].name "a"`,
	} {
		_, err := budget.ReadPlan(strings.NewReader("caps: [" + text + "]"))
		assert.ErrorContains(t, err, want, text)
	}
	_, err := budget.ReadPlan(strings.NewReader("caps: [" + strings.Repeat(`{name: a, per: run, calls: 1}, `, 65) + "]"))
	assert.ErrorContains(t, err, "caps: 65 of them: guards enforce at most 64")
}

var capStores = map[string]func(t *testing.T) ledger.Store{
	"DuckDB": newLedger,
	"ClickHouse": func(t *testing.T) ledger.Store {
		server, database := clickhousetest.Shared(t)
		store, err := clickhouse.Open(t.Context(), server.DSN(database))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		require.NoError(t, store.Migrate(t.Context()))
		return store
	},
}

func run(n byte) budgetguard.UnitID {
	return budgetguard.UnitID{Per: budgetguard.PerRun, ID: ledger.TraceID{n}.String()}
}

func chat(id string) budgetguard.UnitID {
	return budgetguard.UnitID{Per: budgetguard.PerConversation, ID: id}
}

// report is the report of a guard about the allowed calls of a unit.
func report(source string, of budgetguard.UnitID, calls int64, spent string) budgetguard.CapReport {
	return budgetguard.CapReport{Units: []budgetguard.ReportedUnit{{UnitID: of, Source: source, Count: budgetguard.Count{
		Calls: calls, Spent: udecimal.MustParse(spent), Minute: time.Now().Unix() / 60, MinuteCalls: calls,
	}}}}
}

// send posts a report and returns what the collector knows of its units.
func send(t *testing.T, url string, r budgetguard.CapReport) budgetguard.CapState {
	t.Helper()
	body, err := json.Marshal(r)
	require.NoError(t, err)
	resp, err := http.Post(url+budget.CapStatePath, "application/json", strings.NewReader(string(body)))
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, string(text))
	var state budgetguard.CapState
	require.NoError(t, json.Unmarshal(text, &state))
	require.Len(t, state.Units, len(r.Units))
	return state
}

func serveCaps(t *testing.T, reader ledger.Reader) string {
	t.Helper()
	server := httptest.NewServer(budget.CapsHandler(budget.NewUnits(reader)))
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return server.URL
}

func TestUnits_AreTheGreaterOfReportsAndLedger(t *testing.T) {
	for name, open := range capStores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			now := time.Now().UTC().Truncate(time.Microsecond)
			var batch ledger.Batch
			add := func(n byte, conversation, cost, errorType string) {
				amount := udecimal.MustParse(cost)
				c := ledger.Call{
					TraceID: ledger.TraceID{n}, SpanID: ledger.SpanID{n, byte(len(batch.Calls) + 1)}, Start: now.Add(-time.Minute), Received: now, Duration: time.Second,
					RequestModel: "gpt-5", Role: semconv.RoleLLM, Billable: true, ConversationID: conversation, UsageSource: semconv.UsageReported,
					Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"}, ErrorType: errorType, Error: errorType != "",
				}
				if errorType != "" {
					c.UsageSource = semconv.UsageNone
				}
				batch.Calls = append(batch.Calls, c)
			}
			for range 3 {
				add(1, "c-1", "0.25", "")
			}
			add(1, "c-1", "0", budgetguard.ErrorTypeCap)
			add(2, "c-1", "0.125", "")
			add(3, "c-2", "7", "")
			require.NoError(t, store.Write(t.Context(), batch))
			url := serveCaps(t, store)

			of := func(s budgetguard.CapState) [3]any {
				return [3]any{s.Units[0].Calls, s.Units[0].Spent.String(), s.Units[0].MinuteCalls}
			}
			assert.Equal(t, [3]any{int64(3), "0.75", int64(1)}, of(send(t, url, report("a", run(1), 1, "0"))), "the ledger knows more; the refused call is none")
			assert.Equal(t, [3]any{int64(3), "0.75", int64(2)}, of(send(t, url, report("a", run(1), 2, "0.5"))))
			assert.Equal(t, [3]any{int64(6), "0.9", int64(6)}, of(send(t, url, report("b", run(1), 4, "0.4"))), "the guards know more")
			assert.Equal(t, [3]any{int64(6), "0.9", int64(6)}, of(send(t, url, report("b", run(1), 4, "0.4"))), "again")
			assert.Equal(t, [3]any{int64(4), "0.875", int64(1)}, of(send(t, url, report("a", chat("c-1"), 1, "0"))), "a conversation of two runs")
			assert.Equal(t, [3]any{int64(5), "0", int64(5)}, of(send(t, url, report("a", run(9), 5, "0"))), "a run that the ledger does not have yet")
		})
	}
}

func TestUnits_OfANameThatTheLedgerWritesInAnotherWay(t *testing.T) {
	store := newLedger(t)
	now := time.Now().UTC().Truncate(time.Microsecond)
	amount := udecimal.MustParse("0.5")
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: now.Add(-time.Minute), Received: now, Duration: time.Second,
		RequestModel: "gpt-5", Role: semconv.RoleLLM, Billable: true, ConversationID: ledger.MakeValid("c\x00"), UsageSource: semconv.UsageReported,
		Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
	}}}))
	state := send(t, serveCaps(t, store), report("a", chat("c\x00"), 0, "0"))
	assert.Empty(t, state.LedgerError)
	assert.EqualValues(t, 1, state.Units[0].Calls)
	assert.Equal(t, "0.5", state.Units[0].Spent.String())
}

func TestUnits_AreCountedWithoutTheLedger(t *testing.T) {
	store := newLedger(t)
	url := serveCaps(t, store)
	require.NoError(t, store.Close())
	send(t, url, report("a", run(1), 2, "0"))
	state := send(t, url, report("b", run(1), 3, "0"))
	assert.EqualValues(t, 5, state.Units[0].Calls)
	assert.NotEmpty(t, state.LedgerError)
}

func TestCapsHandler_RefusesWhatNoGuardSends(t *testing.T) {
	url := serveCaps(t, newLedger(t))
	post := func(kind, body string) (int, string) {
		resp, err := http.Post(url+budget.CapStatePath, kind, strings.NewReader(body))
		require.NoError(t, err)
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(text)
	}
	status, text := post("text/plain", `{}`)
	assert.Equal(t, http.StatusUnsupportedMediaType, status, text)
	unit := func(keys string) string { return `{"units":[{"source":"s","spent_usd":"0",` + keys + `}]}` }
	for body, want := range map[string]string{
		`{`:                                  "report of caps",
		unit(`"per":"week","id":"x"`):        "expected run or conversation",
		unit(`"per":"run","id":"x"`):         "units[0]",
		unit(`"per":"conversation","id":""`): "id of 0 bytes",
		unit(`"per":"conversation","id":"` + strings.Repeat("x", 1025) + `"`):       "id of 1025 bytes",
		unit(`"per":"conversation","id":"x","calls":-1`):                            "out of range",
		unit(`"per":"conversation","id":"x","minute_calls":1`):                      "out of range",
		`{"units":[{"source":"s","per":"conversation","id":"x","spent_usd":"-1"}]}`: "spent_usd: out of range",
		`{"units":[{"per":"conversation","id":"x","spent_usd":"1"}]}`:               "source of 0 bytes",
		`{"units":[` + strings.Repeat(`{},`, budgetguard.MaxCapReport) + `{}]}`:     "1001 of them: send at most 1000",
		`{"units":[{"id":"` + strings.Repeat("x", 5<<20) + `"}]}`:                   "too large",
	} {
		status, text := post("application/json", body)
		assert.Equal(t, http.StatusBadRequest, status, "%.80s", body)
		assert.Contains(t, text, want, "%.80s", body)
	}
}
