package optimize

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// batch finds calls that can wait, at the price of the vendor's batch tier.
func batch(_ context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		evidence := "embeddings are rarely needed immediately"
		confidence := Low
		if slices.Contains(f.settings.Batchable, g.Application) {
			evidence, confidence = "the application can use batch APIs (--batchable)", Medium
		} else if g.Operation != semconv.OperationEmbeddings {
			continue
		}
		own := f.meanCall(g)
		other := own
		other.ServedTier = "batch"
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend("send these calls through the vendor's batch API", evidence, saving, confidence))
		}
	}
	return found, nil
}
