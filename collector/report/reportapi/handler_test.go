package reportapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var reports = []string{"anomalies", "cache", "calls", "chargeback", "context", "conversations", "cost", "daily", "errors", "forecast", "latency", "logs", "optimize", "peaks", "summary", "quality", "traces", "waste"}

// serve gives the URL of an API whose ledger holds one call of a minute ago.
func serve(t *testing.T, options ...reportapi.Option) string {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	amount := udecimal.MustParse("1234567890.123456789012345678")
	at := time.Now().Add(-time.Minute).UTC().Truncate(time.Microsecond)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: at, Received: at, Duration: time.Second,
		User: "amara", Department: "claims", RequestModel: "gpt-5", Provider: semconv.ProviderOpenAI, ConversationID: "conv/1",
		Role: semconv.RoleLLM, Billable: true, Error: true, ErrorType: "429",
		Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
	}}}))
	require.NoError(t, store.WriteLogs(t.Context(), []ledger.Log{{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, ID: ledger.LogID{1}, Time: at, Received: at,
		Kind: ledger.LogEvent, Severity: 13, ErrorType: "429", User: "amara",
		Attributes: map[string]string{"exception.message": "HTTP 429 Too Many Requests"},
	}}))
	return start(t, reportapi.Handler(store, options...))
}

func start(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func get(t *testing.T, url string) (status int, contentType, body string) {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, resp.Header.Get("Content-Type"), string(text)
}

func TestHandler_ReportsAnswerInEveryFormat(t *testing.T) {
	url := serve(t)
	for _, name := range reports {
		for query, contentType := range map[string]string{
			"":                   "application/json",
			"?format=csv":        "text/csv; charset=utf-8",
			"?format=markdown":   "text/markdown; charset=utf-8",
			"?zone=Asia/Kolkata": "application/json",
		} {
			status, got, body := get(t, url+"/v1/reports/"+name+query)
			assert.Equal(t, http.StatusOK, status, body)
			assert.Equal(t, contentType, got)
			assert.NotEmpty(t, body)
		}
	}
}

func TestHandler_AmountsKeepTheirDigits(t *testing.T) {
	url := serve(t)
	for _, query := range []string{"", "?format=csv"} {
		_, _, body := get(t, url+"/v1/reports/cost"+query)
		assert.Contains(t, body, "1234567890.123456789012345678")
	}
}

func TestHandler_QuestionsAreNarrowed(t *testing.T) {
	url := serve(t)
	_, _, body := get(t, url+"/v1/reports/cost?by=department,user&since=1h&where=model=gpt-5&where=status=error&top=3&format=csv")
	assert.Contains(t, body, "\nclaims,amara,")
	_, _, body = get(t, url+"/v1/reports/cost?by=user&where=model!=gpt-5&format=csv")
	assert.NotContains(t, body, "amara")
	_, _, body = get(t, url+"/v1/reports/cost?by=user&from=2020-01-01&to=2020-02-01&format=csv")
	assert.NotContains(t, body, "amara")
}

func TestHandler_LogRecordsAreListed(t *testing.T) {
	url := serve(t)
	for query, want := range map[string]bool{
		"":                                     true,
		"&where=status=error&where=user=amara": true,
		"&where=user=bruno":                    false,
		"&where=error_type!=429":               false,
	} {
		_, _, body := get(t, url+"/v1/reports/logs?format=csv"+query)
		assert.Equal(t, want, strings.Contains(body, ",WARN,429,HTTP 429 Too Many Requests,,amara,"), body)
	}
	for query, want := range map[string]string{"where=team=blue": "log records do not have this dimension", "where=status=ok": "status can only be error"} {
		status, _, body := get(t, url+"/v1/reports/logs?"+query)
		assert.Equal(t, http.StatusBadRequest, status)
		assert.Contains(t, body, want)
	}
}

func TestHandler_WrongQuestionsAreNamed(t *testing.T) {
	url := serve(t)
	for query, want := range map[string]string{
		"by=colour":                     `by \"colour\"`,
		"since=yesterday":               `since \"yesterday\": not a duration`,
		"from=2026-10-02&since=1d":      "contradicts from and to",
		"to=2026-10-02":                 "the start of the period is missing",
		"zone=Mars":                     `zone \"Mars\": unknown time zone`,
		"where=x":                       "expected dimension=value",
		"top=many":                      `top \"many\": use a number`,
		"top=-1":                        `top \"-1\"`,
		"format=xml":                    "use json, csv or markdown",
		"group=user":                    `group \"user\": is not known: use since, from`,
		"by=user&by=model":              "is given twice",
		"by=user,user":                  `dimension \"user\" is given twice`,
		"by=tag:%ff":                    "by ",
		"where=model%3D%ff":             "is not UTF-8",
		"from=2026-10-02&to=2026-10-01": "the period is empty: its start",
	} {
		status, _, body := get(t, url+"/v1/reports/cost?"+query)
		assert.Equal(t, http.StatusBadRequest, status, query)
		assert.Contains(t, body, want, query)
	}
	for path, want := range map[string]string{
		"/v1/reports/quality?evaluation=%ff": "is not UTF-8",
		"/v1/reports/unit?outcome=%ff":       "is not UTF-8",
		"/v1/conversations/%ff":              "is not UTF-8",
		"/v1/reports/logs?where=model%3D%ff": "is not UTF-8",
		"/v1/status?colour=red":              "this path has no parameters",
	} {
		status, _, body := get(t, url+path)
		assert.Equal(t, http.StatusBadRequest, status, path)
		assert.Contains(t, body, want, path)
	}
	status, _, _ := get(t, url+"/v1/reports/colours")
	assert.Equal(t, http.StatusNotFound, status)
	resp, err := http.Post(url+"/v1/reports/cost", "application/json", strings.NewReader("{}"))
	require.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
}

func TestHandler_StatementsAreAnsweredByTheRulesAndTheBook(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	call := func(id byte, department, cost string) {
		amount, at := udecimal.MustParse(cost), time.Date(2026, 9, 30, 23, 0, 0, 0, time.UTC)
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{{
			TraceID: ledger.TraceID{id}, SpanID: ledger.SpanID{id}, Start: at, Received: at, Duration: time.Second,
			Department: department, RequestModel: "gpt-5", Provider: semconv.ProviderOpenAI, Role: semconv.RoleLLM, Billable: true,
			Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
		}}}))
	}
	call(1, "claims", "10")
	call(2, "", "4")
	rules, err := chargeback.ReadRules(strings.NewReader(`{allocate: even, markup: "10"}`))
	require.NoError(t, err)
	book := chargeback.OpenBook(t.TempDir())
	url := start(t, reportapi.Handler(store, reportapi.WithChargebackRules(rules), reportapi.WithChargebackBook(book))) + "/v1/reports/chargeback?month=2026-09"

	_, contentType, body := get(t, url+"&format=csv")
	assert.Equal(t, "text/csv; charset=utf-8", contentType)
	assert.Contains(t, body, "claims,15.4,15.4,1,10,4,1.4,0,", "billed, total, share, own, allocated, markup, adjusted")
	_, contentType, body = get(t, url+"&format=html")
	assert.Equal(t, "text/html; charset=utf-8", contentType)
	assert.Contains(t, body, "claims")
	_, _, body = get(t, url+"&department=claims&format=html")
	assert.Contains(t, body, "Chargeback 2026-09: claims")
	assert.NotContains(t, body, "<tr><td>(unattributed)</td>")
	_, _, body = get(t, url+"&format=focus&focus_version=1.4")
	assert.Contains(t, body, "ServiceProviderName")
	assert.NotContains(t, body, ",ProviderName")

	month, err := report.ParseMonth("2026-09", time.UTC)
	require.NoError(t, err)
	statement, err := chargeback.New(t.Context(), store, month, rules)
	require.NoError(t, err)
	require.NoError(t, book.Close(statement, time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), false))
	call(3, "claims", "100")
	_, _, body = get(t, url+"&format=csv")
	assert.Contains(t, body, "claims,15.4,15.4,1,10,4,1.4,0,", "as it was closed")

	for query, want := range map[string]string{
		"?month=Sep":                            "use year and month, such as 2026-10",
		"?month=2098-01":                        "is in the future",
		"?month=2026-09&zone=Asia/Kolkata":      "was closed in zone UTC",
		"?month=2026-09&format=xml":             "use json, csv, markdown, html, pdf or focus",
		"?month=2026-09&focus_version=2.0":      "use 1.2, 1.3, 1.4",
		"?month=2026-09&since=1d":               "is not known: use month, zone",
		"?month=2026-09&department=sales":       "pays nothing in 2026-09: use claims",
		"?month=2026-09&zone=Mars":              "unknown time zone: use a name",
		"?month=2026-09&month=2026-08&zone=UTC": "is given twice",
	} {
		status, _, body := get(t, strings.TrimSuffix(url, "?month=2026-09")+query)
		assert.Equal(t, http.StatusBadRequest, status, query)
		assert.Contains(t, body, want, query)
	}
}

func TestHandler_DaysAreWholeUnlessAPeriodIsAskedFor(t *testing.T) {
	url := serve(t) + "/v1/reports/"
	for name, days := range map[string]int{"daily": 30, "summary": 7} {
		status, _, body := get(t, url+name+"?zone=Europe/Berlin")
		require.Equal(t, http.StatusOK, status, body)
		var doc struct{ From time.Time }
		require.NoError(t, json.Unmarshal([]byte(body), &doc))
		berlin, err := time.LoadLocation("Europe/Berlin")
		require.NoError(t, err)
		from := doc.From.In(berlin)
		assert.Equal(t, "00:00:00", from.Format(time.TimeOnly), name)
		assert.Equal(t, from.Format(time.DateOnly), time.Now().In(berlin).AddDate(0, 0, 1-days).Format(time.DateOnly), name)
	}
}

func TestHandler_OptimizeTakesItsThresholds(t *testing.T) {
	url := serve(t) + "/v1/reports/optimize"
	status, _, body := get(t, url+"?min_calls=1&min_saving=0.000001&batchable=intake-bot&openai_retention=in_memory")
	assert.Equal(t, http.StatusOK, status, body)
	for query, want := range map[string]string{
		"min_calls=none":      `min_calls \"none\": use a number from 1`,
		"openai_retention=1h": `openai_retention \"1h\": use 24h or in_memory`,
		"min_saving=-1":       "use an amount in USD above zero",
		"focus_version=1":     "is not known",
	} {
		status, _, body := get(t, url+"?"+query)
		assert.Equal(t, http.StatusBadRequest, status, query)
		assert.Contains(t, body, want, query)
	}
}

// downReader is a store that is down.
type downReader struct{ ledger.Reader }

func (downReader) Aggregate(context.Context, ledger.Query) ([]ledger.Group, error) {
	return nil, errors.New("store is down")
}

func TestHandler_AStoreThatIsDownIsTheServersError(t *testing.T) {
	status, _, body := get(t, start(t, reportapi.Handler(downReader{}))+"/v1/reports/summary")
	assert.Equal(t, http.StatusInternalServerError, status)
	assert.Contains(t, body, "store is down")
}

// A filter that cannot be read must not be left out: the answer would be wider than
// the question.
func TestHandler_RefusesAQueryThatCannotBeRead(t *testing.T) {
	url := serve(t)
	for _, path := range []string{"/v1/reports/cost", "/v1/reports/chargeback", "/v1/overview", "/v1/status", "/v1/events"} {
		for _, query := range []string{"where=%zz", "since=1h;where=user%3Dnobody"} {
			status, _, body := get(t, url+path+"?"+query)
			assert.Equal(t, http.StatusBadRequest, status, path+"?"+query)
			assert.Contains(t, body, "hint", path)
		}
	}
	status, _, body := get(t, url+"/v1/reports/logs?"+strings.Repeat("where=user%3Da&", 51))
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "at most 50 times")
}

func TestHandler_SaysWhatIsNotServed(t *testing.T) {
	url := serve(t)
	for request, want := range map[string]string{
		"GET /v1/reports/change": "404 /v1/reports/change is not known: /v1/openapi.yaml lists what is",
		"GET /v1/":               "404 /v1/ is not known: /v1/openapi.yaml lists what is",
		"POST /v1/reports/waste": "405 POST of /v1/reports/waste is not possible: use GET",
		"DELETE /v1/traces/01":   "405 DELETE of /v1/traces/01 is not possible: use GET",
		"GET /v1/budgets":        `404 {"error":"no budgets: start the collector with --budgets FILE, or set budgets of its ledger_api"}`,
	} {
		method, path, _ := strings.Cut(request, " ")
		req, err := http.NewRequest(method, url+path, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, errors.Join(err, resp.Body.Close()))
		assert.Equal(t, want, fmt.Sprintf("%d %s", resp.StatusCode, strings.TrimSpace(string(body))), request)
	}
}
