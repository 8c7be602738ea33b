package optimize

import (
	"context"
	"fmt"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// failedCalls finds money spent on calls that ended in an error: streams that
// broke off, answers that were cut, retries that were billed.
func failedCalls(ctx context.Context, f *facts) ([]Recommendation, error) {
	groups, err := f.reader.Aggregate(ctx, ledger.Query{
		From: f.period.From, Until: f.period.Until, Zone: f.period.Zone,
		By:         []ledger.Dimension{ledger.ByApplication, ledger.ByAgent, ledger.ByProvider, ledger.ByModel, ledger.ByOperation, ledger.ByErrorType},
		Where:      append(slices.Clone(f.where), ledger.Condition{Dimension: ledger.ByStatus, Values: []string{"error"}}),
		TotalsOnly: true,
	})
	if err != nil {
		return nil, err
	}
	var found []Recommendation
	for i := range groups {
		key, t := groups[i].Key, groups[i].Totals
		if t.Cost.IsPos() {
			found = append(found, Recommendation{
				Subject:  Subject{Application: key[0], Agent: key[1], Provider: key[2], Model: key[3], Operation: key[4]},
				Advice:   "find out why these calls fail although they are billed",
				Evidence: fmt.Sprintf("%s failed (%s) and %s billed", format.Counted(t.Calls, "call"), report.Label(ledger.ByErrorType, key[5]), format.Verb(t.Calls, "was", "were")),
				Requests: t.Calls, Cost: t.Cost, Saving: t.Cost, Confidence: High,
			})
		}
	}
	return found, nil
}
