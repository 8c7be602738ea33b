package optimize

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// cachePrompts finds large prompts that hardly ever come from the vendor's
// cache: what repeats of them where the calls have hashes of their prefixes,
// else what is assumed to.
func cachePrompts(ctx context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		if !f.uncached(g) {
			continue
		}
		own := f.meanCall(g)
		seen, err := f.repetition(ctx, g.Subject)
		if err != nil {
			return nil, err
		}
		prompts := fmt.Sprintf("prompts of %s tokens on average, %.0f%% of them from the cache; ", format.Grouped(own.Usage[usage.Input]), 100*cachedShare(&own.Usage))
		if seen.calls() >= f.settings.MinCalls {
			if r, ok := f.cacheWhatRepeats(g, own, seen, prompts); ok {
				found = append(found, r)
			}
			continue
		}
		other := own
		other.Usage[usage.CacheRead] = int64(f.settings.StableShare * float64(own.Usage[usage.Input]))
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				"put the unchanging part at the beginning of the prompt, and request caching of it",
				prompts+fmt.Sprintf("assumes that %.0f%% could come from it", 100*f.settings.StableShare),
				saving, Low))
		}
	}
	return found, nil
}

// uncached reports groups with large prompts that hardly ever come from the
// cache, and are not written to it either.
func (f *facts) uncached(g *group) bool {
	u := f.meanCall(g).Usage
	return u[usage.Input] >= f.settings.LargeInput && u[usage.CacheWrite] == 0 && cachedShare(&u) < f.settings.CachedShare
}

func cachedShare(u *usage.Counts) float64 {
	return float64(u[usage.CacheRead]) / float64(max(1, u[usage.Input]))
}

// cacheWhatRepeats prices a group as if its prefixes were cached: read where
// they came again within a cache's lifetime, written where they did not. Of the
// lifetimes that the vendor offers it takes the one that saves most.
func (f *facts) cacheWhatRepeats(g *group, own pricing.Call, seen uses, prompts string) (Recommendation, bool) {
	var best Recommendation
	for _, l := range f.offered(g) {
		use := seen[l]
		if use.Long == 0 || use.Tokens/use.Long < leastPrefix(g.Model) {
			continue
		}
		saving, known := f.saving(g, own, cached(g, own, &use, l))
		if !known || !saving.GreaterThan(best.Saving) {
			continue
		}
		best = g.recommend(l.advice(g.Provider),
			prompts+fmt.Sprintf("of %s with a hash, %s had the prefix of a call at most %s before; different prefixes: %s, of %s tokens on average",
				format.Counted(use.Calls, "call"), format.Grouped(use.Again), l.name, format.Grouped(use.Prefixes), format.Grouped(use.Tokens/use.Long)),
			saving, Medium)
	}
	return best, best.Saving.IsPos()
}

// cached is the mean call of a group with its prefixes cached.
func cached(g *group, own pricing.Call, use *ledger.PrefixUse, l *lifetime) (other pricing.Call) {
	other, n := own, g.answered()
	u := &other.Usage
	u[usage.CacheRead] = max(u[usage.CacheRead], use.AgainTokens/n)
	u[usage.CacheWrite] = min((use.Tokens-use.AgainTokens)/n, u[usage.Input]-u[usage.CacheRead])
	u[l.written] = u[usage.CacheWrite]
	return other
}
