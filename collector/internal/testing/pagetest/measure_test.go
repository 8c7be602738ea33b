package pagetest

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var (
	measured   = flag.Int("measure", 0, "calls in the ledger on which the screens are timed, such as 1000000; 0 times nothing")
	measuredIn = flag.String("measure-in", "", "folder that keeps the ledger of -measure for the next time; empty makes one each time")
)

// manyCalls writes n calls of the last 30 days in runs of ten, with a span of an
// agent above each run.
func manyCalls(t testing.TB, dsn string, n int) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	rnd := rand.New(rand.NewPCG(1, 1))
	pick := func(values []string) string { return values[rnd.IntN(len(values))] }
	departments, agents := []string{"claims", "support", "strategy", ""}, []string{"planner", "researcher", "writer"}
	models := []string{"gpt-5-2025-08-07", "gpt-5-mini-2025-08-07", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001", "acme-claims-7b"}
	begin := time.Now().UTC().Add(-30 * 24 * time.Hour).Truncate(time.Second)
	const run, batch = 10, 5000
	var runs []int
	for i := range n / run {
		runs = append(runs, i)
	}
	for chunk := range slices.Chunk(runs, batch/run) {
		var rows ledger.Batch
		for _, i := range chunk {
			start := begin.Add(time.Duration(float64(i) / float64(len(runs)) * float64(30*24*time.Hour)))
			root := ledger.AgentSpan{Start: start, Received: start, Duration: time.Minute, Name: "invoke_agent planner", Role: semconv.RoleAgent, Agent: "planner"}
			binary.BigEndian.PutUint64(root.TraceID[:], uint64(i+1))
			root.SpanID[0] = 0xff
			root.User, root.Department, root.Application = fmt.Sprintf("u-%04d", rnd.IntN(2000)), pick(departments), "app-"+pick([]string{"a", "b", "c", "d"})
			rows.Spans = append(rows.Spans, root)
			for j := range run {
				c := ledger.Call{
					TraceID: root.TraceID, ParentSpanID: root.SpanID, Start: start.Add(time.Duration(j) * 5 * time.Second), Received: start,
					Duration: time.Duration(200+rnd.IntN(4000)) * time.Millisecond, User: root.User, Department: root.Department, Application: root.Application,
					Agent: pick(agents), Provider: semconv.ProviderOpenAI, Operation: semconv.OperationChat, Role: semconv.RoleLLM, Billable: true, Dialect: "otelgenai",
					ConversationID: fmt.Sprintf("c-%d", i/5),
				}
				c.SpanID[0] = byte(j + 1)
				c.RequestModel = pick(models)
				c.ResponseModel = c.RequestModel
				c.Usage = usage.Counts{usage.Input: rnd.Int64N(20_000), usage.Output: rnd.Int64N(2000)}
				switch {
				case c.RequestModel == "acme-claims-7b":
					c.Cost = ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
				default:
					amount := udecimal.MustFromInt64(c.Usage[usage.Input]+4*c.Usage[usage.Output], 7)
					c.Cost = ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD", CatalogVersion: "test"}
				}
				if rnd.IntN(40) == 0 {
					c.Error, c.ErrorType = true, "429"
				}
				rows.Calls = append(rows.Calls, c)
			}
		}
		require.NoError(t, store.Write(t.Context(), rows))
	}
}

// TestMeasure times every screen:
//
//	go test ./collector/internal/testing/pagetest -run Measure -measure 1000000 -timeout 30m -v
func TestMeasure(t *testing.T) {
	if *measured == 0 {
		t.Skip("times the screens only with -measure")
	}
	data := *measuredIn
	if data == "" {
		data = t.TempDir()
	}
	if _, err := os.Stat(filepath.Join(data, "ledger.duckdb")); errors.Is(err, fs.ErrNotExist) {
		begin := time.Now()
		manyCalls(t, duckDB(data), *measured)
		t.Logf("%d calls written in %s", *measured, time.Since(begin).Round(time.Second))
	}
	s := start(t, data)
	var found []struct {
		Screen string
		Times  []float64 // in milliseconds
		CPU    []float64 // of the collector, in milliseconds
	}
	drive(t, s, &found, "measure.mjs", strconv.Itoa(s.pid))
	for _, f := range found {
		first := f.Times[0]
		slices.Sort(f.Times)
		slices.Sort(f.CPU)
		t.Logf("%-28s median %5.0f ms, fastest %5.0f ms, first %5.0f ms, of %d; collector's CPU time %4.0f ms",
			f.Screen, f.Times[len(f.Times)/2], f.Times[0], first, len(f.Times), f.CPU[len(f.CPU)/2])
	}
}
