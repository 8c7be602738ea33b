package optimize

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
)

// longContext finds prompts so long that a higher price holds for the whole call.
func longContext(_ context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		own := f.meanCall(g)
		tier := f.prices.Price(&own).Tier
		if tier == 0 || own.Usage.Input <= tier {
			continue
		}
		other := own
		other.Usage.Input = tier
		other.Usage.CacheRead = min(own.Usage.CacheRead, tier)
		other.Usage.CacheWrite = min(own.Usage.CacheWrite, tier-other.Usage.CacheRead)
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				fmt.Sprintf("keep prompts at %s tokens or below", format.Grouped(tier)),
				fmt.Sprintf("prompts of %s tokens on average are billed at the long-context rates", format.Grouped(own.Usage.Input)),
				saving, Medium))
		}
	}
	return found, nil
}
