package mcpserver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report/mcpserver"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// ledgerOf holds one call of a minute ago, of $0.25.
func ledgerOf(t *testing.T) http.Handler {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	amount := udecimal.MustParse("0.25")
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, Start: time.Now().Add(-time.Minute).UTC().Truncate(time.Microsecond), Duration: time.Second,
		Department: "claims", Application: "intake-bot", Provider: "openai", Operation: "chat", RequestModel: "gpt-5",
		Usage: usage.Counts{usage.Input: 1000, usage.Output: 100}, UsageSource: semconv.UsageReported,
		Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"}, Role: semconv.RoleLLM, Billable: true, Received: time.Now().UTC().Truncate(time.Microsecond),
	}}}))
	return reportapi.Handler(store)
}

// connect is a client of the official SDK, over HTTP as it is served.
func connect(t *testing.T, api http.Handler) *mcp.ClientSession {
	t.Helper()
	server, err := mcpserver.New(api, "test")
	require.NoError(t, err)
	ts := httptest.NewServer(mcpserver.HTTPHandler(server))
	t.Cleanup(ts.Close)
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: ts.URL, DisableStandaloneSSE: true}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func ask(t *testing.T, session *mcp.ClientSession, tool string, arguments map[string]any) (string, bool) {
	t.Helper()
	result, err := session.CallTool(context.WithoutCancel(t.Context()), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	require.NoError(t, err)
	require.Len(t, result.Content, 1)
	return result.Content[0].(*mcp.TextContent).Text, result.IsError
}

func TestServer_AnswersAsTheAPIDoes(t *testing.T) {
	api := ledgerOf(t)
	session := connect(t, api)
	assert.Contains(t, session.InitializeResult().Instructions, "decimal strings")

	answer, refused := ask(t, session, "cost", map[string]any{"by": "department,model", "since": "24h", "where": []string{"department=claims"}, "top": 5})
	require.False(t, refused, answer)
	direct := httptest.NewRecorder()
	api.ServeHTTP(direct, httptest.NewRequest(http.MethodGet, "/v1/reports/cost?by=department,model&since=24h&where=department%3Dclaims&top=5", nil))
	var got, want map[string]any
	require.NoError(t, json.Unmarshal([]byte(answer), &got))
	require.NoError(t, json.Unmarshal(direct.Body.Bytes(), &want))
	for _, end := range []string{"from", "until"} { // they are asked for up to now
		delete(got, end)
		delete(want, end)
	}
	assert.NotEmpty(t, want)
	assert.Equal(t, want, got)
	assert.Contains(t, answer, "0.25")

	listed, refused := ask(t, session, "cost", map[string]any{"by": []string{"department", "model"}})
	require.False(t, refused, listed)
	assert.Contains(t, listed, `"department": "claims"`)

	answer, refused = ask(t, session, "trace", map[string]any{"trace_id": "01000000000000000000000000000000"})
	require.False(t, refused, answer)
	assert.Contains(t, answer, "gpt-5")
}

// Every tool reads only, has a description, and answers or refuses in words when it
// is asked with nothing.
func TestServer_EveryTool(t *testing.T) {
	session := connect(t, ledgerOf(t))
	page, err := os.ReadFile("../../../docs/mcp.md")
	require.NoError(t, err)
	names := 0
	for tool, err := range session.Tools(t.Context(), nil) {
		require.NoError(t, err)
		names++
		assert.NotEmpty(t, tool.Description, tool.Name)
		assert.Contains(t, string(page), "`"+tool.Name+"`")
		assert.True(t, tool.Annotations.ReadOnlyHint, tool.Name)
		answer, _ := ask(t, session, tool.Name, nil)
		assert.NotEmpty(t, answer, tool.Name)
		assert.NotContains(t, answer, "status 500", tool.Name)
	}
	assert.Greater(t, names, 15)
}

func TestServer_Refusals(t *testing.T) {
	session := connect(t, ledgerOf(t))
	for name, c := range map[string]struct {
		tool      string
		arguments map[string]any
		says      string
	}{
		"unknown dimension":         {"cost", map[string]any{"by": "colour"}, "use one of user, department"},
		"unknown argument":          {"cost", map[string]any{"colour": "red"}, `"colour" is not known to cost: use since, from, to,`},
		"missing argument":          {"unit", nil, `"outcome" is missing: `},
		"no argument":               {"health", map[string]any{"since": "1h"}, "use no argument"},
		"no budgets":                {"budgets", nil, "no budgets: start the collector with --budgets"},
		"a list that names nothing": {"cost", map[string]any{"by": []string{"user", "colour"}}, `by "user,colour": unknown dimension "colour"`},
		"no such run":               {"trace", map[string]any{"trace_id": "ffffffffffffffffffffffffffffffff"}, "404"},
		"wrong type":                {"cost", map[string]any{"by": map[string]any{"a": 1}}, `"by"`},
	} {
		t.Run(name, func(t *testing.T) {
			answer, refused := ask(t, session, c.tool, c.arguments)
			assert.True(t, refused)
			assert.Contains(t, answer, c.says)
		})
	}
}

func TestServer_AnswersAreBounded(t *testing.T) {
	large := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 200<<10)) })
	answer, refused := ask(t, connect(t, large), "cost", nil)
	assert.True(t, refused)
	assert.Contains(t, answer, "hint")
}

// Whatever a client sends to a tool is answered or refused in a few words, with no
// failure of the server.
func TestServer_HostileArguments(t *testing.T) {
	session := connect(t, ledgerOf(t))
	nested := any("x")
	for range 500 {
		nested = []any{nested}
	}
	hostile := map[string]any{
		"long text": strings.Repeat("x", 200<<10), "many texts": slices.Repeat([]string{"department=a"}, 10_000),
		"nested": nested, "zero byte": "a\x00b", "control characters": "\x1b[2J\r\n", "no UTF-8": "\xff\xfe", "another path": "../../v1/outcomes",
		"a query": "1h&by=user", "SQL": "'; DROP TABLE llm_call_rows; --", "large number": 1e300, "negative number": -1, "truth": true, "null": nil,
		"object": map[string]any{"a": 1},
	}
	for tool, err := range session.Tools(t.Context(), nil) {
		require.NoError(t, err)
		var schema struct{ Properties map[string]any }
		text, err := json.Marshal(tool.InputSchema)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &schema))
		for argument := range schema.Properties {
			for name, value := range hostile {
				answer, refused := ask(t, session, tool.Name, map[string]any{argument: value})
				assert.LessOrEqual(t, len(answer), 100<<10, "%s: %s: %s", tool.Name, argument, name)
				assert.NotContains(t, answer, "status 500", "%s: %s: %s", tool.Name, argument, name)
				if refused {
					assert.LessOrEqual(t, len(answer), 5<<10, "%s: %s: %s", tool.Name, argument, name)
				}
			}
		}
	}
}
