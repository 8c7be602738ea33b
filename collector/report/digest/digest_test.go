package digest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/digest"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

// monday is when the digests of the tests are sent: the week before ended the day
// before, with a change of the clocks.
var monday = time.Date(2026, 10, 26, 7, 0, 0, 0, berlin)

// weeks are calls of two weeks: the second has more, and longer prompts, of intake.
func weeks() (calls []ledger.Call) {
	add := func(at time.Time, n int, application, model string, counts usage.Counts) {
		for range n {
			id := len(calls) + 1
			c := ledger.Call{
				TraceID: ledger.TraceID{1, byte(id >> 8), byte(id)}, SpanID: ledger.SpanID{1, byte(id >> 8), byte(id)},
				Start: at.UTC().Add(time.Duration(id) * time.Second), Provider: "openai", RequestModel: model, ResponseModel: model,
				Application: application, Role: "llm", Operation: "chat", Billable: true, Usage: counts,
			}
			c.Received = c.Start
			result := pricing.Default().Price(&pricing.Call{Provider: c.Provider, RequestModel: model, Start: c.Start, Usage: counts})
			c.Cost = ledger.Cost{Status: string(result.Status), Reason: string(result.Reason), Currency: "USD"}
			if result.HasAmount() {
				c.Cost.Amount = &result.Amount
			}
			calls = append(calls, c)
		}
	}
	short, long := usage.Counts{usage.Input: 20_000, usage.Output: 500}, usage.Counts{usage.Input: 60_000, usage.Output: 500}
	before, last := monday.AddDate(0, 0, -14), monday.AddDate(0, 0, -7)
	add(before, 150, "intake", "gpt-5", short)
	add(before, 40, "search", "gpt-5-mini", short)
	add(last, 210, "intake", "gpt-5", long)
	add(last, 20, "search", "gpt-5-mini", short)
	add(last, 7, "search", "house-model-7", short)
	add(monday.AddDate(0, 0, -7).Truncate(24*time.Hour).Add(-26*time.Hour), 1, "intake", "gpt-5", short) // Saturday of the week before
	return calls
}

var stores = map[string]func(*testing.T) ledger.Store{
	"DuckDB": func(t *testing.T) ledger.Store {
		store, err := duckdb.Open(context.Background(), ":memory:")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		return store
	},
	"ClickHouse": func(t *testing.T) ledger.Store {
		server, database := clickhousetest.Shared(t)
		store, err := clickhouse.Open(context.Background(), server.DSN(database))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		return store
	},
}

func TestMake_EqualsPlainGo(t *testing.T) {
	calls := weeks()
	last, before := new(big.Rat), new(big.Rat)
	requests := 0
	for i := range calls {
		day := calls[i].Start.In(berlin).Format(time.DateOnly)
		amount := new(big.Rat)
		if calls[i].Cost.Amount != nil {
			amount.SetString(calls[i].Cost.Amount.String())
		}
		switch {
		case day >= "2026-10-19" && day <= "2026-10-25":
			last.Add(last, amount)
			requests++
		case day >= "2026-10-12" && day <= "2026-10-18":
			before.Add(before, amount)
		}
	}
	plan, err := budget.ReadPlan(strings.NewReader(`{zone: Europe/Berlin, budgets: [{name: everything, amount: "5"}, {name: search, amount: "900", scope: {application: search}}]}`))
	require.NoError(t, err)
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			require.NoError(t, store.Migrate(t.Context()))
			require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
			d, err := digest.Make(t.Context(), store, digest.Question{Cycle: digest.Week, Now: monday, Budget: plan, Link: "https://spanledger.example.com"})
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprintf("LLM cost of week 43 (19 October to 25 October 2026): %s + ? USD, %d requests", last.FloatString(2), requests), d.Title)
			require.Len(t, d.Lines, 8)
			change := new(big.Rat).Sub(last, before)
			assert.Contains(t, d.Lines[0], fmt.Sprintf("Change: +%s USD (+", change.FloatString(2)))
			assert.Contains(t, d.Lines[0], "against the week before")
			assert.Contains(t, d.Lines[1], "Cause: prompt length, +")
			for _, i := range []int{2, 3} {
				assert.Contains(t, d.Lines[i], "Cause: ")
			}
			assert.Contains(t, d.Lines[4], "Largest changes: intake +")
			assert.Contains(t, d.Lines[5], "Budgets: 1 of 2 need attention now: \"everything\" exceeded (")
			assert.Equal(t, fmt.Sprintf("Without a price: 7 of %d requests, not in the cost (house-model-7)", requests), d.Lines[6])
			assert.Contains(t, d.Lines[7], "Best saving: ")
			text := d.Text()
			assert.Equal(t, 10, strings.Count(text, "\n"), "ten lines")
			assert.Contains(t, text, "- More: https://spanledger.example.com\n")
		})
	}
}

func TestMake_OfAnEmptyLedger(t *testing.T) {
	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(t.Context()))
	for _, cycle := range digest.Cycles {
		d, err := digest.Make(t.Context(), store, digest.Question{Cycle: digest.Cycle(cycle), Now: monday})
		require.NoError(t, err)
		assert.Contains(t, d.Text(), "0.00 USD, 0 requests")
		assert.Contains(t, d.Text(), "nothing was spent the "+cycle+" before")
	}
}

func TestCycle_IsTheLastThatIsOver(t *testing.T) {
	for cycle, want := range map[digest.Cycle][3]string{
		digest.Day:   {"2026-10-25", "2026-10-26", "2026-10-24"}, // of 25 hours
		digest.Week:  {"2026-10-19", "2026-10-26", "2026-10-12"},
		digest.Month: {"2026-09-01", "2026-10-01", "2026-08-01"},
	} {
		last, before := cycle.Last(monday)
		got := [3]string{last.From.Format(time.DateOnly), last.Until.Format(time.DateOnly), before.From.Format(time.DateOnly)}
		assert.Equal(t, want, got, cycle)
		assert.Equal(t, last.From, before.Until)
	}
	sunday, _ := digest.Week.Last(monday.AddDate(0, 0, -1))
	assert.Equal(t, "2026-10-12", sunday.From.Format(time.DateOnly), "a week that is not over is left out")
	_, err := digest.ParseCycle("year")
	assert.ErrorContains(t, err, "day, week, month")
}

var sample = &digest.Digest{Title: "LLM cost: 1 USD <b>", Lines: []string{"Change: *x* & [y](z)", "line\x1b[31m two"}, Link: "https://h.example/?a=1&b=2"}

// receiver is a webhook that keeps what is posted.
func receiver(t *testing.T, status int) (url string, bodies *[]string) {
	t.Helper()
	bodies = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
		*bodies = append(*bodies, string(body))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "invalid_token")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/services/T0/B0/secret", bodies
}

func TestSlack_PostsTextInItsOwnMarkup(t *testing.T) {
	url, bodies := receiver(t, http.StatusOK)
	require.NoError(t, sample.Slack(t.Context(), url))
	var message struct{ Text string }
	require.NoError(t, json.Unmarshal([]byte((*bodies)[0]), &message))
	assert.Equal(t, "*LLM cost: 1 USD &lt;b&gt;*\n• Change: *x* &amp; [y](z)\n• line·[31m two\n<https://h.example/?a=1&amp;b=2|Read on>\n", message.Text)
}

func TestTeams_PostsAnAdaptiveCard(t *testing.T) {
	url, bodies := receiver(t, http.StatusAccepted)
	require.NoError(t, sample.Teams(t.Context(), url))
	var message struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type    string
				Body    []struct{ Type, Text string }
				Actions []struct{ URL string }
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte((*bodies)[0]), &message))
	require.Len(t, message.Attachments, 1)
	card := message.Attachments[0]
	assert.Equal(t, "application/vnd.microsoft.card.adaptive", card.ContentType)
	assert.Equal(t, "AdaptiveCard", card.Content.Type)
	require.Len(t, card.Content.Body, 3)
	assert.Equal(t, `Change: \*x\* & \[y\](z)`, card.Content.Body[1].Text)
	assert.Equal(t, sample.Link, card.Content.Actions[0].URL)
}

func TestWebhook_ErrorsDoNotNameTheSecret(t *testing.T) {
	url, _ := receiver(t, http.StatusForbidden)
	for _, address := range []string{url, "http://127.0.0.1:1/services/T0/B0/secret", "secret", "ftp://h/secret", "http://h\x7f/secret"} {
		for _, send := range []func(context.Context, string) error{sample.Slack, sample.Teams} {
			err := send(t.Context(), address)
			require.Error(t, err, address)
			assert.NotContains(t, err.Error(), "secret")
		}
	}
	assert.ErrorContains(t, sample.Slack(t.Context(), url), "403 Forbidden: invalid_token")
}

// A redirect of a POST is mostly followed with a GET, without the message.
func TestWebhook_RedirectIsAnError(t *testing.T) {
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/old" {
				http.Redirect(w, r, "/new", status)
			}
		}))
		assert.ErrorContains(t, sample.Slack(t.Context(), server.URL+"/old"), "use the URL that it redirects to", status)
		assert.NoError(t, sample.Slack(t.Context(), server.URL+"/new"))
		server.Close()
	}
}
