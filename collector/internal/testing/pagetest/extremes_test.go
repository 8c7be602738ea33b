package pagetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// longNames writes calls whose every name is as long as the ledger keeps one, without a
// place to break it, and whose amounts and counts are large.
func longNames(t *testing.T, dsn string) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	name := func(what string, n int) string {
		return ledger.LimitText(fmt.Sprintf("%s%d%s", what, n, strings.Repeat("Wörterbuch,", 900)), ledger.MaxTextBytes)
	}
	now := time.Now().UTC()
	var batch ledger.Batch
	for i := range 60 {
		start := now.Add(-time.Duration(i)*5*time.Hour - 10*time.Minute)
		root := ledger.AgentSpan{
			TraceID: ledger.TraceID{1, byte(i)}, SpanID: ledger.SpanID{0xff}, Start: start, Received: start, Duration: 200 * time.Hour,
			Name: name("invoke_agent ", i%3), Role: semconv.RoleAgent, Agent: name("agent", i%3), User: name("user", i%4),
			Department: name("department", i%3), Application: name("application", i%2),
		}
		c := ledger.Call{
			TraceID: root.TraceID, SpanID: ledger.SpanID{1}, ParentSpanID: root.SpanID, Start: start, Received: start, Duration: 100 * time.Hour,
			User: root.User, Department: root.Department, Application: root.Application, Team: name("team", 1), CostCenter: name("cost", 1),
			Agent: root.Agent, Workflow: name("workflow", 1), Step: name("step", 1), ConversationID: name("conversation", i%3),
			Provider: name("provider", 1), RequestModel: name("model", i%4), ResponseModel: name("model", i%4), ResponseID: name("response", i),
			Operation: semconv.OperationChat, Role: semconv.RoleLLM, Billable: true, Dialect: name("dialect", 1), ServerAddress: name("server", 1),
			Tags:  map[string]string{"project": name("tag", 1)},
			Usage: usage.Counts{usage.Input: 999_999_999_999, usage.CacheRead: 99_999_999_999, usage.Output: 999_999_999_999},
			Cost:  ledger.Cost{Status: "unpriced", Reason: name("reason", 1)},
		}
		if i%4 > 0 {
			amount := udecimal.MustParse("123456789.123456789012345678")
			c.Cost = ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD", CatalogVersion: "test"}
		}
		if i%3 == 0 {
			c.Error, c.ErrorType, c.Attempt = true, name("error", i%2), 3
		}
		batch.Spans, batch.Calls = append(batch.Spans, root), append(batch.Calls, c)
	}
	require.NoError(t, store.Write(t.Context(), batch))
}

func TestPage_HoldsLongNamesAndLargeFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	data := t.TempDir()
	longNames(t, duckDB(data))
	var found map[string][]string
	drive(t, start(t, data), &found, "screens.mjs")
	require.Len(t, found, 28, "every screen, wide and narrow")
	none(t, found)
}

func TestPage_SaysThatTheAPIFailsAndAsksAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	data := t.TempDir()
	longNames(t, duckDB(data))
	var found map[string][]string
	drive(t, start(t, data), &found, "failing.mjs")
	require.Len(t, found, 28, "every screen, with answers of errors and without answers")
	none(t, found)
}
