package optimize

import (
	"context"
	"fmt"
)

// cachePrompts finds large prompts that hardly ever come from the vendor's
// cache.
func cachePrompts(_ context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		own := f.meanCall(g)
		read := float64(own.Usage.CacheRead) / float64(max(1, own.Usage.Input))
		if own.Usage.Input < f.settings.LargeInput || read >= f.settings.CachedShare || own.Usage.CacheWrite > 0 {
			continue
		}
		other := own
		other.Usage.CacheRead = int64(f.settings.StableShare * float64(own.Usage.Input))
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				"put what stays the same at the front of the prompt and have the vendor cache it",
				fmt.Sprintf("prompts of %d tokens on average, %.0f%% of them from the cache; assumes that %.0f%% could be",
					own.Usage.Input, 100*read, 100*f.settings.StableShare),
				saving, Low))
		}
	}
	return found, nil
}
