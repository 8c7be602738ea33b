package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
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

// ledgerOfRuns is a DuckDB ledger with a cheap slow run and a dear quick one.
func ledgerOfRuns(t *testing.T) (dsn string, cheap, dear ledger.TraceID) {
	t.Helper()
	dsn = "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	cheap, dear = ledger.TraceID{1}, ledger.TraceID{2}
	start := time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
	var batch ledger.Batch
	add := func(trace ledger.TraceID, agent string, start time.Time, length time.Duration, cost string) {
		amount := udecimal.MustParse(cost)
		batch.Spans = append(batch.Spans, ledger.AgentSpan{
			TraceID: trace, SpanID: ledger.SpanID{1}, Start: start, Duration: length, Role: semconv.RoleAgent,
			Name: "invoke_agent " + agent, Agent: agent, User: "u-4711", Received: start,
		})
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: trace, SpanID: ledger.SpanID{2}, ParentSpanID: ledger.SpanID{1}, Start: start, Duration: length,
			Role: semconv.RoleLLM, Operation: "chat", Provider: "openai", RequestModel: "gpt-5", Agent: agent, User: "u-4711",
			Usage: usage.Counts{usage.Input: 10, usage.Output: 5}, Billable: true, Received: start,
			Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
		})
	}
	add(cheap, "slowpoke", start, time.Minute, "0.01")
	add(dear, "spender", start.Add(time.Minute), time.Second, "1.5")
	require.NoError(t, store.Write(t.Context(), batch))
	require.NoError(t, store.Close())
	return dsn, cheap, dear
}

func TestTrace_TracesListsRunsInTheOrderAskedFor(t *testing.T) {
	dsn, cheap, dear := ledgerOfRuns(t)
	for line, want := range map[string][]ledger.TraceID{
		"traces":                                         {dear, cheap},
		"traces --sort duration --top 2":                 {cheap, dear},
		"traces --sort cost --top 1":                     {dear},
		"traces --dearest 1":                             {dear}, // the flags of earlier versions
		"traces --slowest 2":                             {cheap, dear},
		"traces --agent slowpoke":                        {cheap},
		"traces --user u-4711 --top 1":                   {dear},
		"traces --user nobody":                           {},
		"traces --since 1m":                              {},
		"traces --agent spender --sort duration --top 5": {dear},
	} {
		t.Run(line, func(t *testing.T) {
			stdout, stderr, code := run(t, append(strings.Fields(line), "--store", dsn, "--format", "json")...)
			require.Equal(t, exitDone, code, stderr)
			var answer struct {
				Tables []struct {
					Rows []struct {
						TraceID ledger.TraceID `json:"trace_id"`
					} `json:"rows"`
				} `json:"tables"`
			}
			require.NoError(t, json.Unmarshal([]byte(stdout), &answer), stdout)
			got := []ledger.TraceID{}
			for _, row := range answer.Tables[0].Rows {
				got = append(got, row.TraceID)
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestTrace_ShowsARun(t *testing.T) {
	dsn, cheap, dear := ledgerOfRuns(t)
	for line, want := range map[string]string{
		"trace " + cheap.String():                   "* agent slowpoke",
		"trace slowest":                             "* agent slowpoke",
		"trace most-expensive":                      "$1.5000",
		"trace dearest":                             "$1.5000", // the word of earlier versions
		"trace newest":                              "Trace " + dear.String(),
		"trace newest --zone Europe/Berlin":         "CE",
		"trace most-expensive --format mermaid":     "flowchart TD",
		"trace " + dear.String() + " --format json": `"cost_usd": "1.5"`,
	} {
		t.Run(line, func(t *testing.T) {
			stdout, stderr, code := run(t, append(strings.Fields(line), "--store", dsn)...)
			require.Equal(t, exitDone, code, stderr)
			assert.Contains(t, stdout, want)
			assert.Empty(t, stderr)
		})
	}
}

func TestTrace_SaysWhatIsWrong(t *testing.T) {
	dsn, _, _ := ledgerOfRuns(t)
	for line, want := range map[string]struct {
		message string
		code    int
	}{
		"trace":                             {"expected spanledger trace TRACE-ID|newest|slowest|most-expensive, got no argument", exitUsage},
		"trace 4bf9":                        {`trace id "4bf9": has 4 characters, expected 32 hexadecimal digits; give a trace id, newest, slowest or most-expensive`, exitUsage},
		"trace newest --format svg":         {`--format "svg": expected one of tree, json, mermaid`, exitUsage},
		"trace newest --since 1m":           {"no run from 20", exitFailed},
		"traces --slowest 0":                {"--slowest 0: expected a number of runs, 1 or more", exitUsage},
		"traces --sort price":               {`--sort "price": use one of time, duration, cost`, exitUsage},
		"traces --top 0":                    {"--top 0: expected a number of runs, 1 or more", exitUsage},
		"traces --sort cost --newest 1":     {"--newest contradicts --sort", exitUsage},
		"traces --slowest 1 --dearest 1":    {"--dearest contradicts --slowest: give one order, such as --sort cost --top 1", exitUsage},
		"trace " + strings.Repeat("ab", 16): {"not found in the ledger (list ids with: spanledger traces --store " + dsn + ")", exitFailed},
	} {
		t.Run(line, func(t *testing.T) {
			stdout, stderr, code := run(t, append(strings.Fields(line), "--store", dsn)...)
			assert.Equal(t, want.code, code)
			assert.Contains(t, stderr, want.message)
			assert.Empty(t, stdout)
		})
	}
}
