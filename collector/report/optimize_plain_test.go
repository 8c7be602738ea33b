package report_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/optimize"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// rates of the vendors' price pages, USD a million tokens: input, read from the
// cache, output.
var rates = map[string][3]float64{
	"gpt-5": {1.25, 0.125, 10}, "gpt-5-mini": {0.25, 0.025, 2}, "gpt-5-nano": {0.05, 0.005, 0.4},
	"claude-sonnet-4-5-20250929": {3, 0.3, 15}, "claude-haiku-4-5-20251001": {1, 0.1, 5},
}

func optimizeEqualsPlainGo(t *testing.T, store ledger.Store, calls dataset, period report.Period, inPeriod keep) {
	settings := optimize.Settings{MinCalls: 20, ShortInput: 100_000, ShortOutput: 100_000, CachedShare: 0.9, StableShare: 0.8, LongOutput: 900, OutputCut: 0.3}
	smaller := map[string]string{"gpt-5": "gpt-5-mini", "gpt-5-mini": "gpt-5-nano", "claude-sonnet-4-5-20250929": "claude-haiku-4-5-20251001"}
	price := func(model string, input, cached, output int64) float64 {
		r := rates[model]
		return float64(input-cached)*r[0] + float64(cached)*r[1] + float64(output)*r[2]
	}
	want := map[string]float64{}
	spent, tooFew := new(big.Rat), int64(0)
	for key, sum := range calls.groups(inPeriod, kindOf) {
		spent.Add(spent, sum.cost)
		if sum.calls < settings.MinCalls {
			tooFew++
			continue
		}
		part := strings.Split(key, "|")
		provider, model := part[2], part[3]
		if _, priced := rates[model]; !priced || strings.HasPrefix(model, "gpt") != (provider == "openai") {
			continue // no vendor has that price
		}
		n := sum.calls - sum.errors
		input, cached, output, reasoning := sum.input/n, sum.cacheRead/n, sum.output/n, sum.reasoning/n
		cost, _ := sum.cost.Float64()
		save := func(rule string, after float64) {
			if saving := cost * (1 - after/price(model, input, cached, output)); saving >= 0.01 {
				want[rule+" "+key] = saving
			}
		}
		if other, ok := smaller[model]; ok {
			save("cheaper_model", price(other, input, cached, output))
		}
		save("cache_prompts", price(model, input, int64(settings.StableShare*float64(input)), output))
		if output-reasoning >= settings.LongOutput {
			save("long_output", price(model, input, cached, output-int64(settings.OutputCut*float64(output-reasoning))))
		}
	}
	require.NotEmpty(t, want)
	answer, err := optimize.Find(t.Context(), store, optimize.Question{Period: period, Settings: settings})
	require.NoError(t, err)
	within(t, spent, answer.Spent.Cost, new(big.Rat), "spent")
	assert.Equal(t, tooFew, answer.TooFew)
	best := map[optimize.Subject]float64{}
	for _, r := range answer.Recommendations {
		s := r.Subject
		key := fmt.Sprintf("%s %s|%s|%s|%s|%s", r.Rule, s.Application, s.Agent, s.Provider, s.Model, s.Operation)
		require.Contains(t, want, key)
		assert.InEpsilon(t, want[key], r.Saving.InexactFloat64(), 1e-9, key)
		best[s] = max(best[s], want[key])
	}
	assert.Len(t, answer.Recommendations, len(want))
	together := 0.0
	for _, saving := range best {
		together += saving
	}
	assert.InEpsilon(t, together, answer.Saving.InexactFloat64(), 1e-9)
}

// lifetimes of caches.
var lifetimes = [3]time.Duration{5 * time.Minute, time.Hour, 24 * time.Hour}

// writes are rates next to those above: to the cache for each of lifetimes, 0
// where that is not available.
var writes = map[string][3]float64{
	"gpt-5": {1.25, 0, 1.25}, "gpt-5-mini": {0.25, 0, 0}, "claude-sonnet-4-5-20250929": {3.75, 6, 0}, "claude-haiku-4-5-20251001": {1.25, 2, 0},
}

// leastPrefix that is cached, where it is more than 1024 tokens.
var leastPrefix = map[string]int64{"claude-haiku-4-5-20251001": 4096}

// TestOptimize_CachingWhatRepeatsEqualsPlainGo squeezes ten weeks of calls into a day, so
// that prefixes come again.
func TestOptimize_CachingWhatRepeatsEqualsPlainGo(t *testing.T) {
	period := report.Period{From: time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC), Zone: time.UTC}
	calls := newDataset(10_000)
	for i := range calls {
		c := &calls[i]
		c.Start = period.From.Add(c.Start.Sub(datasetStart) / (datasetWeeks * 7)).Truncate(time.Microsecond)
		c.Received = c.Start
		c.Usage[usage.CacheRead] /= 20
		if c.Application != "digest" { // which is not hashed
			c.PromptPrefix = fmt.Sprintf("%016x", i%2)
			c.PromptPrefixTokens = c.Usage[usage.Input] * int64(8+i%2) / 10
		}
	}
	settings := optimize.Settings{MinCalls: 20, ShortInput: 1, ShortOutput: 1}
	want, seen := map[optimize.Subject]float64{}, 0
	for _, key := range slices.Sorted(maps.Keys(calls.groups(func(*ledger.Call) bool { return true }, kindOf))) {
		saving, hashed := plainCaching(calls, key, settings.MinCalls)
		if saving < 0.01 {
			continue
		}
		part := strings.Split(key, "|")
		want[optimize.Subject{Application: part[0], Agent: part[1], Provider: part[2], Model: part[3], Operation: part[4]}] = saving
		if hashed {
			seen++
		}
	}
	require.Positive(t, seen)
	require.Less(t, seen, len(want))
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			calls.write(t, store)
			answer, err := optimize.Find(t.Context(), store, optimize.Question{Period: period, Settings: settings})
			require.NoError(t, err)
			found := 0
			for _, r := range answer.Recommendations {
				if r.Rule != "cache_prompts" {
					continue
				}
				found++
				require.Contains(t, want, r.Subject)
				assert.InEpsilon(t, want[r.Subject], r.Saving.InexactFloat64(), 1e-9, r.Subject.String())
				assert.Equal(t, r.Subject.Application == "digest", r.Confidence == optimize.Low)
			}
			assert.Equal(t, len(want), found)
		})
	}
}

func kindOf(c *ledger.Call) string {
	return strings.Join([]string{c.Application, c.Agent, c.Provider, c.RequestModel, c.Operation}, "|")
}

// plainCaching returns what caching the prompts of a kind would save.
func plainCaching(calls dataset, key string, minCalls int64) (saving float64, hashed bool) {
	part := strings.Split(key, "|")
	provider, model := part[2], part[3]
	r, priced := rates[model]
	if !priced || strings.HasPrefix(model, "gpt") != (provider == "openai") {
		return 0, false
	}
	var own []ledger.Call
	for i := range calls {
		if c := &calls[i]; c.Billable && kindOf(c) == key {
			own = append(own, *c)
		}
	}
	slices.SortFunc(own, func(a, b ledger.Call) int { return a.Start.Compare(b.Start) })
	var n, input, output, read, prefixes, long int64
	var again [len(lifetimes)]int64
	cost, last := 0.0, map[string]time.Time{}
	for i := range own {
		c := &own[i]
		if c.Cost.Amount != nil {
			cost += c.Cost.Amount.InexactFloat64()
		}
		if c.Error {
			continue
		}
		n++
		input, output, read = input+c.Usage[usage.Input], output+c.Usage[usage.Output], read+c.Usage[usage.CacheRead]
		if c.PromptPrefix == "" {
			continue
		}
		hashed = true
		before := last[c.PromptPrefix]
		last[c.PromptPrefix] = c.Start
		if c.PromptPrefixTokens < 1024 {
			continue
		}
		prefixes += c.PromptPrefixTokens
		long++
		for l, lifetime := range lifetimes {
			if c.Start.Sub(before) <= lifetime {
				again[l] += c.PromptPrefixTokens
			}
		}
	}
	if int64(len(own)) < minCalls || input/n < 2000 {
		return 0, false
	}
	bill := func(read, written int64, writing float64) float64 {
		return float64(input/n-read-written)*r[0] + float64(read)*r[1] + float64(written)*writing + float64(output/n)*r[2]
	}
	now := bill(read/n, 0, 0)
	if !hashed {
		return cost * (1 - bill(int64(0.5*float64(input/n)), 0, 0)/now), false
	}
	if long == 0 || prefixes/long < leastPrefix[model] {
		return 0, true
	}
	for l, writing := range writes[model] {
		if writing == 0 {
			continue
		}
		hits := max(read/n, again[l]/n)
		written := min((prefixes-again[l])/n, input/n-hits)
		saving = max(saving, cost*(1-bill(hits, written, writing)/now))
	}
	return saving, true
}
