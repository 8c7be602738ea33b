package main

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// ledgerOfTalk is a DuckDB ledger with a conversation of two turns, the first
// of which recorded its content.
func ledgerOfTalk(t *testing.T) (dsn string) {
	t.Helper()
	dsn = "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	start := time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
	var batch ledger.Batch
	for i, input := range []int64{100, 350} {
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: ledger.TraceID{byte(i + 1)}, SpanID: ledger.SpanID{byte(i + 1)}, Start: start.Add(time.Duration(i) * time.Minute), Received: start,
			Duration: time.Second, Role: semconv.RoleLLM, Operation: "chat", Provider: "openai", RequestModel: "gpt-5", ConversationID: "conv-1", Department: "claims",
			Usage: usage.Counts{usage.Input: input, usage.Output: 5}, Billable: true, Error: i == 1, ErrorType: "429", Cost: ledger.Cost{Status: "unpriced", Reason: "no_rate"},
		})
	}
	require.NoError(t, store.Write(t.Context(), batch))
	require.NoError(t, store.WriteLogs(t.Context(), []ledger.Log{{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{1}, ID: ledger.LogID{1}, Time: start, Received: start, Kind: ledger.LogEvent,
		Attributes: map[string]string{"gen_ai.input.messages": `[{"role":"user","parts":[{"type":"text","content":"Call [PHONE]\u001b[31m now"}]}]`},
	}}))
	require.NoError(t, store.Close())
	return dsn
}

func TestConversation_IsListedAndShownTurnByTurn(t *testing.T) {
	dsn := ledgerOfTalk(t)
	rows, err := csv.NewReader(strings.NewReader(mustRun(t, "conversations", "--store", dsn, "--format", "csv"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, "conv-1", rows[1][0])
	rows, err = csv.NewReader(strings.NewReader(mustRun(t, "conversation", "conv-1", "--store", dsn, "--format", "csv"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for i, name := range rows[0] {
		if name == "growth_tokens" {
			assert.Equal(t, []string{"", "250"}, []string{rows[1][i], rows[2][i]})
		}
	}
	_, stderr, code := run(t, "conversation", "conv-9", "--store", dsn)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "list ids with: spanledger conversations")
}

func TestCalls_AreListedByOutcome(t *testing.T) {
	dsn := ledgerOfTalk(t)
	rows, err := csv.NewReader(strings.NewReader(mustRun(t, "calls", "--errors", "--store", dsn, "--format", "csv"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Contains(t, rows[1], "0200000000000000")
	assert.Contains(t, mustRun(t, "traces", "--errors", "--where", "model=gpt-5", "--store", dsn, "--format", "csv"), "02000000000000000000000000000000")
	assert.Contains(t, mustRun(t, "traces", "--department", "claims", "--store", dsn, "--format", "csv"), "02000000000000000000000000000000")
	assert.NotContains(t, mustRun(t, "traces", "--department", "support", "--store", dsn, "--format", "csv"), "02000000000000000000000000000000")
	assert.NotContains(t, mustRun(t, "traces", "--min-cost", "1", "--store", dsn, "--format", "csv"), "0200")
	_, stderr, code := run(t, "calls", "--min-cost", "much")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "such as 0.50")
}

func TestTrace_ShowsRecordedContentAndHowToRecordIt(t *testing.T) {
	dsn := ledgerOfTalk(t)
	out := mustRun(t, "trace", "01000000000000000000000000000000", "--content", "--store", dsn)
	assert.Contains(t, out, "input user:\n    Call [PHONE]·[31m now\n")
	out = mustRun(t, "trace", "02000000000000000000000000000000", "--content", "--store", dsn)
	assert.Contains(t, out, "No content: content is not recorded, which is the default")
}
