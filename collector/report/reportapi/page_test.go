package reportapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var october = time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)

// priced is a call with the price of the built-in list.
func priced(t *testing.T, trace, span byte, model string, at time.Time, used usage.Counts) ledger.Call {
	t.Helper()
	c := ledger.Call{
		TraceID: ledger.TraceID{trace}, SpanID: ledger.SpanID{span}, Start: at, Received: at, Duration: 2 * time.Second,
		User: "amara", Department: "claims", Application: "intake-bot", Provider: semconv.ProviderOpenAI, RequestModel: model, ResponseModel: model,
		Role: semconv.RoleLLM, Operation: "chat", Billable: true, Usage: used, UsageSource: semconv.UsageReported,
	}
	asked := reprice.CallOf(&c)
	result := pricing.Default().Price(&asked)
	c.Cost.Status, c.Cost.Reason, c.Cost.Flags = string(result.Status), string(result.Reason), result.Flags.Names()
	if result.HasAmount() {
		c.Cost.Amount, c.Cost.Currency = &result.Amount, pricing.Currency
		c.Cost.Bill = ledger.ReadBill(string(pricing.AppendLines(nil, result.Lines)))
	}
	c.Cost.CatalogVersion = result.Version
	return c
}

// serveRows gives the URL of an API over these rows.
func serveRows(t *testing.T, batch ledger.Batch) string {
	t.Helper()
	store := emptyStore(t)
	require.NoError(t, store.Write(t.Context(), batch))
	return start(t, reportapi.Handler(store))
}

// answer reads the JSON of a path.
func answer[T any](t *testing.T, url string) T {
	t.Helper()
	status, _, body := get(t, url)
	require.Equal(t, http.StatusOK, status, body)
	var into T
	require.NoError(t, json.Unmarshal([]byte(body), &into))
	return into
}

const octoberQuery = "from=2026-10-01&to=2026-11-01"

func TestSeries_AddsUpToTheTotal(t *testing.T) {
	var calls []ledger.Call
	for i, model := range []string{"gpt-5", "gpt-5-mini", "gpt-5-nano", "o3"} {
		for day := range 3 {
			calls = append(calls, priced(t, byte(i+1), byte(10*i+day+1), model, october.AddDate(0, 0, day), usage.Counts{usage.Input: 1000, usage.Output: int64(10 * day)}))
		}
	}
	url := serveRows(t, ledger.Batch{Calls: calls})
	type line struct {
		Label string
		Rest  bool
		Cost  []udecimal.Decimal `json:"cost_usd"`
	}
	a := answer[struct {
		Buckets []struct{ Partial bool }
		Series  []line
		Total   line
	}](t, url+"/v1/series?top=2&interval=day&by=model&"+octoberQuery)
	require.Len(t, a.Buckets, 31)
	require.Len(t, a.Series, 3)
	assert.True(t, a.Series[2].Rest)
	assert.Equal(t, "(2 others)", a.Series[2].Label)
	whole := udecimal.Zero
	for i := range a.Buckets {
		sum := udecimal.Zero
		for _, s := range a.Series {
			sum = sum.Add(s.Cost[i])
		}
		assert.True(t, sum.Equal(a.Total.Cost[i]), i)
		whole = whole.Add(sum)
	}
	report := answer[struct {
		Tables []struct {
			Rows []struct {
				Cost udecimal.Decimal `json:"cost_usd"`
			}
		}
	}](t, url+"/v1/reports/cost?"+octoberQuery)
	assert.True(t, whole.Equal(report.Tables[0].Rows[0].Cost), "%s is what the report says", whole)
	status, _, body := get(t, url+"/v1/series?interval=hour&from=2020-01-01&to=2026-11-01")
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "use a longer interval")
	status, _, body = get(t, url+"/v1/series?by=model,user")
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "give one dimension")
}

func TestOverview_NamesProblemsWithReasonAndFix(t *testing.T) {
	unknown := priced(t, 1, 1, "house-model-7", october, usage.Counts{usage.Input: 10})
	nobody := priced(t, 2, 2, "gpt-5", october, usage.Counts{usage.Input: 10})
	nobody.Department = ""
	url := serveRows(t, ledger.Batch{Calls: []ledger.Call{unknown, nobody}})
	a := answer[struct {
		Problems []struct {
			Kind, Reason, Text, Fix string
			Where                   []string
		}
		Movers []struct {
			Labels map[string]string
			Change *float64
		}
	}](t, url+"/v1/overview?by=user&"+octoberQuery)
	require.Len(t, a.Problems, 2)
	for _, p := range a.Problems {
		query := ""
		for _, w := range p.Where {
			query += "&where=" + w
		}
		found := answer[struct {
			Tables []struct{ Rows []struct{ Requests int } }
		}](t, url+"/v1/reports/cost?"+octoberQuery+query)
		assert.Equal(t, 1, found.Tables[0].Rows[0].Requests, "%s is found by %s", p.Kind, query)
		assert.NotEmpty(t, p.Fix)
		switch p.Kind {
		case "unpriced":
			assert.Equal(t, "unknown_model", p.Reason)
			assert.Contains(t, p.Text, "1 request of openai/house-model-7 has no price")
		case "unattributed":
			assert.Contains(t, p.Text, "1 request has no department")
		default:
			t.Errorf("kind %s", p.Kind)
		}
	}
	require.Len(t, a.Movers, 1)
	assert.Equal(t, "amara", a.Movers[0].Labels["user"])
	assert.Nil(t, a.Movers[0].Change, "nothing was spent before")
}

func TestSpan_ExplainsItsPriceToTheLastDigit(t *testing.T) {
	call := priced(t, 1, 2, "gpt-5", october, usage.Counts{usage.Input: 12_345, usage.Output: 678, usage.CacheRead: 2_000})
	wrapper := priced(t, 1, 3, "gpt-5", october, usage.Counts{usage.Input: 12_345, usage.Output: 678})
	wrapper.Billable, wrapper.Claim = false, semconv.ClaimFramework
	url := serveRows(t, ledger.Batch{Calls: []ledger.Call{call, wrapper}})
	type detail struct {
		Price struct {
			Cost      udecimal.Decimal `json:"cost_usd"`
			Model     string
			NotBilled *string `json:"not_billed"`
			Lines     []struct {
				Kind     string
				Quantity int64
				Amount   udecimal.Decimal `json:"cost_usd"`
				Sources  []struct{ Title string }
			}
		}
		Content struct {
			Captured bool
			Hint     string
		}
	}
	span := func(id byte) detail {
		return answer[detail](t, url+fmt.Sprintf("/v1/traces/01%030d/spans/%02x%014d", 0, id, 0))
	}
	d := span(2)
	assert.Equal(t, "openai/gpt-5", d.Price.Model)
	assert.Nil(t, d.Price.NotBilled)
	sum := udecimal.Zero
	require.Len(t, d.Price.Lines, 3)
	for _, l := range d.Price.Lines {
		sum = sum.Add(l.Amount)
		if assert.NotEmpty(t, l.Sources, l.Kind) {
			assert.NotEmpty(t, l.Sources[0].Title, l.Kind)
		}
	}
	assert.True(t, sum.Equal(*call.Cost.Amount))
	assert.True(t, sum.Equal(d.Price.Cost))
	assert.False(t, d.Content.Captured)
	assert.Contains(t, d.Content.Hint, "genai_normalizer")

	d = span(3)
	require.NotNil(t, d.Price.NotBilled)
	assert.Contains(t, *d.Price.NotBilled, "that span is billed")
	byID := answer[detail](t, url+"/v1/spans/0300000000000000?from=2026-10-01&to=2026-11-01")
	assert.Equal(t, d, byID, "a span is found without its trace")
	status, _, _ := get(t, url+"/v1/traces/01000000000000000000000000000000/spans/ff00000000000000")
	assert.Equal(t, http.StatusNotFound, status)
	status, _, body := get(t, url+"/v1/traces/xyz")
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "trace_id")
}

func TestTrace_ListsTheTreeWithOwnAndInclusiveCost(t *testing.T) {
	call := priced(t, 1, 2, "gpt-5", october, usage.Counts{usage.Input: 1000, usage.Output: 100})
	call.ParentSpanID = ledger.SpanID{1}
	agent := ledger.AgentSpan{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: october, Duration: 3 * time.Second,
		Role: semconv.RoleAgent, Agent: "triage", Name: "invoke_agent triage", Received: october,
	}
	url := serveRows(t, ledger.Batch{Calls: []ledger.Call{call}, Spans: []ledger.AgentSpan{agent}})
	a := answer[struct {
		Spans []struct {
			Depth          int
			Role           string
			Parent         *string `json:"parent_span_id"`
			Own, Inclusive struct {
				Cost *udecimal.Decimal `json:"cost_usd"`
			}
			Critical bool
			Call     *struct{ Model string }
		}
	}](t, url+"/v1/traces/01000000000000000000000000000000")
	require.Len(t, a.Spans, 2)
	assert.Equal(t, "agent", a.Spans[0].Role)
	assert.Nil(t, a.Spans[0].Call)
	assert.Equal(t, 1, a.Spans[1].Depth)
	assert.Equal(t, "0100000000000000", *a.Spans[1].Parent)
	assert.Equal(t, "gpt-5", a.Spans[1].Call.Model)
	assert.True(t, a.Spans[1].Critical)
	assert.True(t, a.Spans[0].Inclusive.Cost.Equal(*call.Cost.Amount))
	assert.True(t, a.Spans[1].Own.Cost.Equal(*call.Cost.Amount))
}

func TestCompare_StepsAddUpToTheChange(t *testing.T) {
	var calls []ledger.Call
	for i := range 7 {
		calls = append(calls, priced(t, 1, byte(i+1), "gpt-5", october.AddDate(0, 0, i), usage.Counts{usage.Input: 1003 * int64(i+1), usage.Output: 17}))
	}
	url := serveRows(t, ledger.Batch{Calls: calls})
	a := answer[struct {
		Change udecimal.Decimal `json:"change_usd"`
		Before struct{ Figures struct{ Requests int } }
		After  struct{ Figures struct{ Requests int } }
		Steps  []struct {
			Change udecimal.Decimal `json:"change_usd"`
		}
	}](t, url+"/v1/compare?before_from=2026-10-05&before_to=2026-10-08&from=2026-10-08&to=2026-10-12")
	assert.Equal(t, 3, a.Before.Figures.Requests)
	assert.Equal(t, 4, a.After.Figures.Requests)
	sum := udecimal.Zero
	for _, s := range a.Steps {
		sum = sum.Add(s.Change)
	}
	assert.True(t, a.Change.IsPos())
	assert.True(t, sum.Equal(a.Change), "%s = %s", sum, a.Change)
	status, _, body := get(t, url+"/v1/compare?before_from=2026-10-05")
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "before_from and before_to, or neither")
}

func TestPrices_AreFoundAndShownAtADate(t *testing.T) {
	url := serveRows(t, ledger.Batch{})
	found := answer[struct {
		Models []struct {
			Provider, Model string
			Input           *udecimal.Decimal `json:"input_usd"`
			InForce         bool              `json:"in_force"`
		}
	}](t, url+"/v1/prices?q=gpt-5%20openai&at=2026-03-01")
	require.NotEmpty(t, found.Models)
	card := answer[struct {
		Entries []struct {
			Rates []struct {
				Kind    string
				InForce bool `json:"in_force"`
				Sources []string
			}
			Sources []struct{ Key string }
		}
	}](t, url+"/v1/prices/model?model=gpt-5&provider=openai&at=2026-03-01")
	require.NotEmpty(t, card.Entries[0].Rates)
	assert.NotEmpty(t, card.Entries[0].Rates[0].Sources)
	status, _, body := get(t, url+"/v1/prices/model?model=house-model-7")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Contains(t, body, "no model with this id")
	assert.NotContains(t, body, "ledger", "the price is not missing there")
}

func TestHealth_CountsDialectsAndDeadLetters(t *testing.T) {
	store := emptyStore(t)
	now := time.Now().UTC().Truncate(time.Microsecond)
	call := priced(t, 1, 1, "gpt-5", now.Add(-time.Minute), usage.Counts{usage.Input: 10})
	call.Dialect, call.Received = "openllmetry", now.Add(-50*time.Second)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{call}}))
	letters := filepath.Join(t.TempDir(), "dead-letter.jsonl")
	require.NoError(t, deadletter.New(letters).Append([]deadletter.Letter{deadletter.NewItem(errors.New("no start time"), []byte("x"))}))
	url := start(t, reportapi.Handler(store, reportapi.WithDeadLetters(letters)))
	a := answer[struct {
		Grade    string
		Findings []struct{ Check, Grade, Text, Fix string }
		Dialects []struct {
			Dialect  string
			Requests int
		}
		DeadLetters struct{ Rows int } `json:"dead_letters"`
	}](t, url+"/v1/health")
	assert.Equal(t, "warning", a.Grade)
	assert.Equal(t, 1, a.DeadLetters.Rows)
	require.Len(t, a.Dialects, 1)
	assert.Equal(t, "openllmetry", a.Dialects[0].Dialect)
	checks := map[string]string{}
	for _, f := range a.Findings {
		checks[f.Check] = f.Grade + ": " + f.Text + f.Fix
	}
	assert.Contains(t, checks["dead letters"], "warning: rejected by the ledger: 1 row")
	assert.Contains(t, checks["delay"], "ok: calls reach the collector 8.00s after they end")
	assert.NotContains(t, fmt.Sprint(checks), "skipped")
}
