package pagetest

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// pageSpans is how many spans of a run the page asks for.
const pageSpans = 20_000

// largeRun writes a run of an agent with more calls than that.
func largeRun(t *testing.T, dsn string) (root ledger.AgentSpan, cost udecimal.Decimal) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	start := time.Now().UTC().Add(-time.Hour)
	root = ledger.AgentSpan{
		TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{0xff}, Start: start, Received: start, Duration: time.Minute,
		Name: "invoke_agent crawler", Role: semconv.RoleAgent, Agent: "crawler",
	}
	batch := ledger.Batch{Spans: []ledger.AgentSpan{root}}
	for i := range pageSpans + 500 {
		amount := udecimal.MustFromInt64(int64(i+1), 7)
		cost = cost.Add(amount)
		id := ledger.SpanID{}
		binary.BigEndian.PutUint64(id[:], uint64(i+1))
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: root.TraceID, SpanID: id, ParentSpanID: root.SpanID, Start: start, Received: start, Duration: time.Second,
			Agent: root.Agent, Provider: "openai", RequestModel: "gpt-4o-mini", Operation: semconv.OperationChat, Role: semconv.RoleLLM,
			Billable: true, Usage: usage.Counts{usage.Input: 10},
			Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD", CatalogVersion: "test"},
		})
	}
	require.NoError(t, store.Write(t.Context(), batch))
	return root, cost
}

func TestPage_AddsUpARunOfWhichItShowsAPart(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	data := t.TempDir()
	root, cost := largeRun(t, duckDB(data))
	path := "#/runs/" + root.TraceID.String() + "?span="
	hash := path + root.SpanID.String()
	// All are as long, so that the calls with the lowest and with the highest ids are shown.
	one, next := path+"0000000000001af4", path+"0000000000001af5"
	var found map[string]figures
	drive(t, start(t, data), &found, "figures.mjs", one, hash, next)
	for link, amount := range map[string]string{one: "0.00069", next: "0.0006901"} {
		require.NotEmpty(t, found[link].Parts)
		assert.Equal(t, amount, found[link].Parts[0], "a link to a call that is left out otherwise")
	}
	run := found[hash]
	assert.Contains(t, run.Text, "20,501 spans, 20,000 shown")
	assert.Contains(t, run.Text, "+501", "next to the agent")
	assert.Contains(t, run.Text, "501 other spans", "among the parts of its cost")
	assert.NotContains(t, run.Text, "in calls to vendors", "the time of the calls that are shown alone")
	require.Equal(t, []string{cost.String()}, run.Figures)
	require.NotEmpty(t, run.Parts)
	assert.Equal(t, cost.String(), run.Parts[0])
	sum := udecimal.Zero
	for _, part := range run.Parts[1:] {
		sum = sum.Add(udecimal.MustParse(part))
	}
	assert.Equal(t, cost.String(), sum.String())
}
