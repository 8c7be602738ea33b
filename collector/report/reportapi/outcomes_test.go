package reportapi_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/outcomes"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

func post(t *testing.T, url, contentType, body string) (int, string) {
	t.Helper()
	resp, err := http.Post(url+reportapi.OutcomesPath, contentType, strings.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(text)
}

func TestOutcomes_AreStoredOnceAndReported(t *testing.T) {
	store := emptyStore(t)
	url := start(t, reportapi.Handler(store, reportapi.WithOutcomes(store.WriteResults)))
	const two = `{"outcomes":[{"name":"resolved","tag_key":"ticket","tag_value":"1","value":"2.5"},{"name":"resolved","conversation_id":"c","accepted":false}]}`
	for range 2 {
		status, body := post(t, url, "application/json; charset=utf-8", two)
		assert.Equal(t, http.StatusOK, status, body)
		assert.JSONEq(t, `{"stored":2}`, body)
	}
	client, err := remote.NewClient(url)
	require.NoError(t, err)
	statements, err := outcomes.ReadCSV(strings.NewReader("name,trace_id,accepted,time\nresolved,01000000000000000000000000000000,true,2026-01-02T03:04:05Z\n"))
	require.NoError(t, err)
	require.NoError(t, client.RecordOutcomes(t.Context(), statements))

	const other = `{"outcomes":[{"name":"escalated","conversation_id":"c"}]}`
	status, body := post(t, url, "application/json", other)
	require.Equal(t, http.StatusOK, status, body)
	_, _, body = get(t, url+"/v1/outcomes")
	assert.JSONEq(t, `{"outcomes":[{"name":"resolved","recorded":2,"accepted":1},{"name":"escalated","recorded":1,"accepted":1}]}`, body,
		"of the last 30 days: the one of January is older")

	_, _, body = get(t, url+"/v1/reports/unit?outcome=resolved&format=csv")
	assert.Equal(t, "cost_usd,requests,outcomes,accepted,acceptance,cost_per_accepted_usd,accepted_value,unpriced\n0,0,2,1,0.5,,2.5,0\n", strings.ReplaceAll(body, "\r", ""))
	status, _, body = get(t, url+"/v1/reports/unit")
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, body, "outcome")
}

func TestOutcomes_AreRefusedWhole(t *testing.T) {
	store := emptyStore(t)
	url := start(t, reportapi.Handler(store, reportapi.WithOutcomes(store.WriteResults)))
	for name, test := range map[string]struct {
		contentType, body string
		status            int
		want              string
	}{
		"a form of another site": {"text/plain", `{"outcomes":[]}`, http.StatusUnsupportedMediaType, "application/json"},
		"none":                   {"application/json", `{"outcomes":[]}`, http.StatusBadRequest, "0 given"},
		"an unknown field":       {"application/json", `{"outcomes":[{"name":"a","trace_id":"01000000000000000000000000000000","colour":1}]}`, http.StatusBadRequest, `outcome 1: key \"colour\" is not known: use name, accepted,`},
		"a truth that is none":   {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c","accepted":"yes"}]}`, http.StatusBadRequest, "accepted is a string: expected true or false"},
		"a time that is none":    {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c","time":"yesterday"}]}`, http.StatusBadRequest, `time \"yesterday\": expected a time`},
		"no list":                {"application/json", `{"outcomes":5}`, http.StatusBadRequest, "body: outcomes is a number: expected a list"},
		"about nothing":          {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c"},{"name":"a"}]}`, http.StatusBadRequest, "outcome 2"},
		"about two things":       {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c","tag_key":"k","tag_value":"v"}]}`, http.StatusBadRequest, "expected one of"},
		"a tag without a value":  {"application/json", `{"outcomes":[{"name":"a","tag_key":"k"}]}`, http.StatusBadRequest, "expected one of"},
		"no name":                {"application/json", `{"outcomes":[{"conversation_id":"c"}]}`, http.StatusBadRequest, "name"},
		"a time before 2000":     {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c","time":"1999-01-01T00:00:00Z"}]}`, http.StatusBadRequest, "2000"},
		"a trace of zeros":       {"application/json", `{"outcomes":[{"name":"a","trace_id":"00000000000000000000000000000000"}]}`, http.StatusBadRequest, "trace_id"},
		"more after the end":     {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c"}]} {}`, http.StatusBadRequest, "more than one value"},
		"a list":                 {"application/json", `[]`, http.StatusBadRequest, `body: is an array: expected {`},
		"a name that is none":    {"application/json", `{"outcomes":[{"name":5,"conversation_id":"c"}]}`, http.StatusBadRequest, "outcome 1: name is a number: expected a string"},
		"a value that is none":   {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c","value":1e308}]}`, http.StatusBadRequest, "outcome 1: value 1e308: expected a number"},
		"a body too large":       {"application/json", `{"outcomes":["` + strings.Repeat("x", 9<<20) + `"]}`, http.StatusBadRequest, "send fewer outcomes"},
		"a value too large":      {"application/json", `{"outcomes":[{"name":"a","conversation_id":"c","value":"10000000000"}]}`, http.StatusBadRequest, "value"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := post(t, url, test.contentType, test.body)
			assert.Equal(t, test.status, status, body)
			assert.Contains(t, body, test.want)
		})
	}
	found, err := store.ResultsBetween(t.Context(), ledger.EarliestStart, ledger.LatestStart)
	require.NoError(t, err)
	assert.Empty(t, found)

	status, _ := post(t, start(t, reportapi.Handler(store)), "application/json", `{"outcomes":[{"name":"a","conversation_id":"c"}]}`)
	assert.Equal(t, http.StatusMethodNotAllowed, status, "a handler that takes none")
}

func TestOutcomes_TakeNumbersAsProgramsWriteThem(t *testing.T) {
	store := emptyStore(t)
	url := start(t, reportapi.Handler(store, reportapi.WithOutcomes(store.WriteResults)))
	for i, number := range []string{`1e-05`, `0.0012345678901234567`, `"2.5"`, `1E2`} {
		status, body := post(t, url, "application/json", fmt.Sprintf(`{"outcomes":[{"name":"n%d","conversation_id":"c","value":%s}]}`, i, number))
		assert.Equal(t, http.StatusOK, status, body)
	}
	found, err := store.ResultsBetween(t.Context(), ledger.EarliestStart, ledger.LatestStart)
	require.NoError(t, err)
	values := map[string]string{}
	for i := range found {
		values[found[i].Name] = found[i].Value.String()
	}
	assert.Equal(t, map[string]string{"n0": "0.00001", "n1": "0.001234567890123456", "n2": "2.5", "n3": "100"}, values)
}

func TestOutcomes_OfLongTextsAreSentInRequestsThatFit(t *testing.T) {
	store := emptyStore(t)
	url := start(t, reportapi.Handler(store, reportapi.WithOutcomes(store.WriteResults)))
	client, err := remote.NewClient(url)
	require.NoError(t, err)
	statements := make([]outcomes.Statement, 4999)
	for i := range statements {
		text := fmt.Sprintf("%0*d", ledger.MaxTextBytes, i)
		statements[i] = outcomes.Statement{Name: text, TagKey: "ticket", TagValue: text}
	}
	require.NoError(t, client.RecordOutcomes(t.Context(), statements))
	found, err := store.ResultsBetween(t.Context(), ledger.EarliestStart, ledger.LatestStart)
	require.NoError(t, err)
	assert.Len(t, found, len(statements))
}
