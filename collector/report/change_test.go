package report_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var (
	changeBefore = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	changeAfter  = changeBefore.AddDate(0, 0, 7)
)

// sold is n calls of a model with equal usage, priced by the built-in list.
func sold(at time.Time, n int, model string, counts usage.Counts, failed bool) []ledger.Call {
	calls := make([]ledger.Call, n)
	for i := range calls {
		start := at.Add(time.Duration(i) * time.Minute)
		c := ledger.Call{
			Start: start, Received: start, Provider: "openai", Operation: "chat", RequestModel: model, Application: "intake",
			Usage: counts, Role: "llm", Billable: true, Error: failed,
		}
		amount := udecimal.Zero
		if !failed {
			result := pricing.Default().Price(&pricing.Call{Provider: c.Provider, RequestModel: model, Start: start, Usage: counts})
			amount = result.Amount
		}
		c.Cost = ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"}
		calls[i] = c
	}
	return calls
}

func change(t *testing.T, groups ...[]ledger.Call) (*report.ChangeAnswer, map[string]string) {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	var all []ledger.Call
	for _, g := range groups {
		for _, c := range g {
			n := len(all) + 1
			c.TraceID, c.SpanID = ledger.TraceID{1, byte(n >> 8), byte(n)}, ledger.SpanID{1, byte(n >> 8), byte(n)}
			all = append(all, c)
		}
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: all}))
	a, err := report.Change(t.Context(), store, report.ChangeQuestion{
		Before: report.Period{From: changeBefore, Until: changeAfter},
		After:  report.Period{From: changeAfter, Until: changeAfter.AddDate(0, 0, 7)},
	})
	require.NoError(t, err)
	moved, sum := map[string]string{}, udecimal.Zero
	for _, s := range a.Steps {
		sum = sum.Add(s.Amount)
		if !s.Amount.IsZero() {
			moved[s.Name] = s.Amount.String()
		}
	}
	require.True(t, sum.Equal(a.Change()), "the steps add up to %s, the change is %s", sum, a.Change())
	return a, moved
}

// What changes alone is the whole change.
func TestChange_OneCauseAtATime(t *testing.T) {
	was := usage.Counts{usage.Input: 10_000, usage.CacheRead: 4_000, usage.Output: 1_000}
	with := func(f usage.Field, n int64) usage.Counts { c := was; c[f] = n; return c }
	longer := was
	longer[usage.Input], longer[usage.CacheRead] = 20_000, 8_000
	for name, c := range map[string]struct {
		after [][]ledger.Call
		step  string
	}{
		"more calls":        {[][]ledger.Call{sold(changeAfter, 6, "gpt-5", was, false)}, "requests"},
		"longer prompts":    {[][]ledger.Call{sold(changeAfter, 4, "gpt-5", longer, false)}, "input_length"},
		"colder cache":      {[][]ledger.Call{sold(changeAfter, 4, "gpt-5", with(usage.CacheRead, 0), false)}, "cache_share"},
		"longer answers":    {[][]ledger.Call{sold(changeAfter, 4, "gpt-5", with(usage.Output, 3_000), false)}, "output_length"},
		"another model":     {[][]ledger.Call{sold(changeAfter, 4, "gpt-5-mini", was, false)}, "model_mix"},
		"half of them fail": {[][]ledger.Call{sold(changeAfter, 2, "gpt-5", was, false), sold(changeAfter, 2, "gpt-5", usage.Counts{}, true)}, "errors"},
	} {
		t.Run(name, func(t *testing.T) {
			a, moved := change(t, append(c.after, sold(changeBefore, 4, "gpt-5", was, false))...)
			assert.Equal(t, map[string]string{c.step: a.Change().String()}, moved)
			assert.False(t, a.Change().IsZero())
		})
	}
	t.Run("nothing before", func(t *testing.T) {
		_, moved := change(t, sold(changeAfter, 3, "gpt-5", was, false))
		assert.Contains(t, moved, "requests")
		assert.Len(t, moved, 1)
	})
	t.Run("nothing at all", func(t *testing.T) {
		_, moved := change(t)
		assert.Empty(t, moved)
	})
}

func TestChange_StepsAddUpWhateverChanges(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	models := []string{"gpt-5", "gpt-5-mini", "gpt-4o", "no-such-model"}
	for n := range 15 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var groups [][]ledger.Call
			for range 1 + random.IntN(6) {
				at := changeBefore
				if random.IntN(2) == 1 {
					at = changeAfter
				}
				input := random.Int64N(50_000)
				groups = append(groups, sold(at, 1+random.IntN(7), models[random.IntN(len(models))],
					usage.Counts{usage.Input: input, usage.CacheRead: random.Int64N(input + 1), usage.Output: random.Int64N(5_000)}, random.IntN(4) == 0))
			}
			change(t, groups...)
		})
	}
}
