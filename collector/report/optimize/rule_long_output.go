package optimize

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// longOutput finds answers so long that a limit, or a request to be brief, is
// significant.
func longOutput(_ context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		own := f.meanCall(g)
		if own.Usage[usage.Output]-own.Usage[usage.Reasoning] < f.settings.LongOutput {
			continue
		}
		other := own
		other.Usage[usage.Output] -= int64(f.settings.OutputCut * float64(own.Usage[usage.Output]-own.Usage[usage.Reasoning]))
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				"ask for shorter answers and set a limit on output tokens",
				fmt.Sprintf("answers of %s tokens on average; assumes that they can be %.0f%% shorter", format.Grouped(own.Usage[usage.Output]), 100*f.settings.OutputCut),
				saving, Low))
		}
	}
	return found, nil
}
