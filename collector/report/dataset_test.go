package report_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// The golden data set: calls of ten weeks around the end of summer time in
// Europe, random with a seed.
const (
	datasetSeed  = 20261025
	datasetWeeks = 10
)

var datasetStart = time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC)

type dataset []ledger.Call

var (
	departments = []string{"claims", "support", "strategy", "R&D \"labs\"", ""}
	apps        = []string{"intake-bot", "copilot", "research-desk", "digest"}
	modelPrices = []struct {
		name    string
		in, out string // USD a token
	}{
		{"gpt-5", "0.00000125", "0.00001"},
		{"gpt-5-mini", "0.00000025", "0.000002"},
		{"claude-sonnet-4-5-20250929", "0.000003", "0.000015"},
		{"claude-haiku-4-5-20251001", "0.000001", "0.000005"},
		{"acme-claims-7b", "", ""}, // in no price list
	}
	errorTypes = []string{"429", "500", "529", "timeout", ""}
)

func newDataset(n int) dataset {
	rnd := rand.New(rand.NewPCG(datasetSeed, 0))
	pick := func(values []string) string { return values[rnd.IntN(len(values))] }
	calls := make(dataset, n)
	for i := range calls {
		c := &calls[i]
		binary.BigEndian.PutUint64(c.TraceID[:], uint64(i/5)+1)
		binary.BigEndian.PutUint64(c.SpanID[:], uint64(i)+1)
		c.Start = datasetStart.Add(time.Duration(rnd.Int64N(int64(datasetWeeks * 7 * 24 * time.Hour)))).Truncate(time.Microsecond)
		c.Duration = time.Duration(rnd.ExpFloat64()*900_000) * time.Microsecond
		c.User = fmt.Sprintf("u-%03d", rnd.IntN(120))
		if rnd.IntN(20) == 0 {
			c.User = ""
		}
		c.Department = pick(departments)
		c.Application = pick(apps)
		c.Team = c.Department + "-" + pick([]string{"a", "b"})
		c.CostCenter = pick([]string{"CC-1", "CC-2"})
		c.Tags = map[string]string{"tier": pick([]string{"gold", "basic"})}
		c.Agent = pick([]string{"planner", "researcher", "writer", ""})
		c.Step = pick([]string{"plan", "look up", "draft"})
		c.Provider = pick([]string{semconv.ProviderOpenAI, semconv.ProviderAnthropic})
		c.Operation = semconv.OperationChat
		c.Role, c.Billable = semconv.RoleLLM, rnd.IntN(50) > 0
		c.PromptName = []string{"triage", "draft", ""}[i%3]
		c.PromptVersion = []string{"v1", "v2"}[i/7%2]
		c.Purpose = []string{"", "production", "evaluation", "judge", "test"}[i/11%5]
		model := modelPrices[rnd.IntN(len(modelPrices))]
		c.RequestModel = model.name
		c.Received = c.Start
		if rnd.IntN(25) == 0 {
			c.Error, c.ErrorType = true, pick(errorTypes)
			c.Cost = ledger.Cost{Status: "free", Amount: &udecimal.Decimal{}, Currency: "USD"}
			continue
		}
		c.ResponseModel = model.name
		if c.Streamed = rnd.IntN(3) == 0; c.Streamed {
			c.TimeToFirstChunk = c.Duration / 4
		}
		c.Usage = usage.Counts{usage.Input: rnd.Int64N(20_000), usage.Output: rnd.Int64N(2_000)}
		c.Usage[usage.CacheRead] = rnd.Int64N(c.Usage[usage.Input] + 1)
		c.Usage[usage.Reasoning] = rnd.Int64N(c.Usage[usage.Output] + 1)
		c.Cost = price(model.in, model.out, c.Usage)
		if rnd.IntN(500) == 0 {
			c.Cost = ledger.Cost{Status: "invalid", Reason: "negative_usage"}
		}
	}
	return calls
}

func price(in, out string, u usage.Counts) ledger.Cost {
	if in == "" {
		return ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
	}
	amount := udecimal.MustParse(in).Mul(udecimal.MustFromInt64(u[usage.Input], 0)).
		Add(udecimal.MustParse(out).Mul(udecimal.MustFromInt64(u[usage.Output], 0)))
	return ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD", CatalogVersion: "test"}
}

// batchSize keeps writes of the data set small enough for every store.
const batchSize = 10_000

func (d dataset) write(t testing.TB, store ledger.Store) {
	t.Helper()
	require.NoError(t, store.Migrate(t.Context()))
	for batch := range slices.Chunk(d, batchSize) {
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: batch}))
	}
}

// stores opens every store of the ledger, empty.
var stores = map[string]func(testing.TB) ledger.Store{
	"DuckDB": func(t testing.TB) ledger.Store {
		store, err := duckdb.Open(context.Background(), ":memory:")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		return store
	},
	"ClickHouse": func(t testing.TB) ledger.Store {
		server, database := clickhousetest.Shared(t)
		store, err := clickhouse.Open(context.Background(), server.DSN(database))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		require.NoError(t, store.Migrate(context.Background()))
		// Hours are summed up at once, not after some quiet minutes.
		_, err = server.QueryIn(context.Background(), database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)")
		require.NoError(t, err)
		return store
	},
}

// tally sums calls by other means than the stores and the reports: in plain Go,
// amounts as rationals.
type tally struct {
	calls, errors, unpriced, invalid                int64
	input, output, cacheRead, cacheWrite, reasoning int64
	cost                                            *big.Rat
	durations                                       []time.Duration
}

func (d dataset) tally(keep func(*ledger.Call) bool) tally {
	sum := tally{cost: new(big.Rat)}
	for i := range d {
		c := &d[i]
		if !c.Billable || !keep(c) {
			continue
		}
		sum.calls++
		if c.Error {
			sum.errors++
		}
		if c.Cost.Status == "unpriced" {
			sum.unpriced++
		}
		if c.Cost.Status == "invalid" {
			sum.invalid++
		}
		sum.input += c.Usage[usage.Input]
		sum.output += c.Usage[usage.Output]
		sum.cacheRead += c.Usage[usage.CacheRead]
		sum.cacheWrite += c.Usage[usage.CacheWrite]
		sum.reasoning += c.Usage[usage.Reasoning]
		sum.durations = append(sum.durations, c.Duration)
		if c.Cost.Amount != nil {
			amount, _ := new(big.Rat).SetString(c.Cost.Amount.String())
			sum.cost.Add(sum.cost, amount)
		}
	}
	return sum
}

// totals is the tally as a report has it.
func (s tally) totals() ledger.Totals {
	var duration time.Duration
	for _, d := range s.durations {
		duration += d
	}
	return ledger.Totals{
		Calls: s.calls, Errors: s.errors, Unpriced: s.unpriced, Invalid: s.invalid,
		Input: s.input, Output: s.output, CacheRead: s.cacheRead, CacheWrite: s.cacheWrite, Reasoning: s.reasoning,
		Cost: udecimal.MustParse(s.cost.FloatString(18)), Duration: duration,
	}
}

// percentile is the nearest rank.
func (s tally) percentile(p int) time.Duration {
	if len(s.durations) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s.durations))
	return sorted[(p*len(sorted)+99)/100-1]
}

// groups lists the values of a key with their tallies.
func (d dataset) groups(keep func(*ledger.Call) bool, key func(*ledger.Call) string) map[string]tally {
	parts := map[string]dataset{}
	for i := range d {
		if c := &d[i]; c.Billable && keep(c) {
			parts[key(c)] = append(parts[key(c)], *c)
		}
	}
	sums := make(map[string]tally, len(parts))
	for k, part := range parts {
		sums[k] = part.tally(func(*ledger.Call) bool { return true })
	}
	return sums
}
