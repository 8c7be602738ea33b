package optimize

import (
	"context"
	"fmt"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// cachePrompts finds large prompts that hardly ever come from the vendor's
// cache: what repeats of them where the calls have hashes of their prefixes,
// else what is assumed to.
func cachePrompts(ctx context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		own := f.meanCall(g)
		read := float64(own.Usage.CacheRead) / float64(max(1, own.Usage.Input))
		if own.Usage.Input < f.settings.LargeInput || read >= f.settings.CachedShare || own.Usage.CacheWrite > 0 {
			continue
		}
		seen, err := f.repetition(ctx, g.Subject)
		if err != nil {
			return nil, err
		}
		prompts := fmt.Sprintf("prompts of %d tokens on average, %.0f%% of them from the cache; ", own.Usage.Input, 100*read)
		if seen != nil && seen[0].Calls >= f.settings.MinCalls {
			if r, ok := f.cacheWhatRepeats(g, own, seen, prompts); ok {
				found = append(found, r)
			}
			continue
		}
		other := own
		other.Usage.CacheRead = int64(f.settings.StableShare * float64(own.Usage.Input))
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				"put what stays the same at the front of the prompt and have the vendor cache it",
				prompts+fmt.Sprintf("assumes that %.0f%% could be", 100*f.settings.StableShare),
				saving, Low))
		}
	}
	return found, nil
}

// cacheWhatRepeats prices a group as if its prefixes were cached: read where
// they came again within a cache's lifetime, written where they did not. Of the
// lifetimes that the vendor sells it takes the one that saves most.
func (f *facts) cacheWhatRepeats(g *group, own pricing.Call, seen []ledger.PrefixUse, prompts string) (Recommendation, bool) {
	var best Recommendation
	for i := range lifetimes {
		use, saving := &seen[i], udecimal.Zero
		other, sold := f.cached(g, own, use, &lifetimes[i])
		if sold {
			saving, sold = f.saving(g, own, other)
		}
		if !sold || use.Long == 0 || !saving.GreaterThan(best.Saving) {
			continue
		}
		best = g.recommend(
			fmt.Sprintf("have the vendor cache the tools and instructions at the front of the prompt for %s after each use", lifetimes[i].name),
			prompts+fmt.Sprintf("of %d calls with a hash %d came with the prefix of one at most %s before; prefixes in all: %d, of %d tokens on average",
				use.Calls, use.Again, lifetimes[i].name, use.Prefixes, use.Tokens/use.Long),
			saving, Medium)
	}
	return best, best.Saving.IsPos()
}

// cached is the mean call of a group with its prefixes cached.
func (f *facts) cached(g *group, own pricing.Call, use *ledger.PrefixUse, l *lifetime) (other pricing.Call, sold bool) {
	other, n := own, g.answered()
	u := &other.Usage
	u.CacheRead = max(u.CacheRead, use.AgainTokens/n)
	u.CacheWrite = min((use.Tokens-use.AgainTokens)/n, u.Input-u.CacheRead)
	*l.written(u) = u.CacheWrite
	atParent := f.prices.Price(&other).Flags & pricing.CacheWriteAtParentRate
	return other, l.common || atParent == 0
}
