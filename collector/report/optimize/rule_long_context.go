package optimize

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// longContext finds prompts so long that a higher price holds for the whole call.
func longContext(_ context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		own := f.meanCall(g)
		tier := f.prices.Price(&own).Tier
		if tier == 0 || own.Usage[usage.Input] <= tier {
			continue
		}
		other := own
		other.Usage[usage.Input] = tier
		other.Usage[usage.CacheRead] = min(own.Usage[usage.CacheRead], tier)
		other.Usage[usage.CacheWrite] = min(own.Usage[usage.CacheWrite], tier-other.Usage[usage.CacheRead])
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				fmt.Sprintf("keep prompts at %s tokens or below", format.Grouped(tier)),
				fmt.Sprintf("prompts of %s tokens on average are billed at the long-context rates", format.Grouped(own.Usage[usage.Input])),
				saving, Medium))
		}
	}
	return found, nil
}
