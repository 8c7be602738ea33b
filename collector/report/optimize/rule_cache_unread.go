package optimize

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// cacheUnread finds prompts that are written to the cache, at a surcharge, and
// rarely read from it.
func cacheUnread(_ context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		if g.totals.CacheWrite == 0 || g.totals.CacheRead >= g.totals.CacheWrite {
			continue
		}
		own := f.meanCall(g)
		other := own
		other.Usage[usage.CacheWrite], other.Usage[usage.CacheRead] = 0, 0
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				"do not cache these prompts, or use a cache lifetime longer than the time between calls",
				fmt.Sprintf("%s tokens written to the cache, %s read from it", format.Grouped(g.totals.CacheWrite), format.Grouped(g.totals.CacheRead)),
				saving, Medium))
		}
	}
	return found, nil
}
