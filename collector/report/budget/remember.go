package budget

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
)

// remembering answers a question that was asked before without asking again:
// budgets of one scope differ in their amounts and periods, and mostly look at
// the same history. It lives as long as one look at a plan.
type remembering struct {
	ledger.Reader
	answers map[string][]ledger.Group
}

func remember(reader ledger.Reader) *remembering {
	return &remembering{Reader: reader, answers: map[string][]ledger.Group{}}
}

// Aggregate implements ledger.Reader. Who asks may change the groups it gets.
func (r *remembering) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	where, err := json.Marshal(q.Where)
	if err != nil {
		return nil, err
	}
	question := fmt.Sprintf("%d %d %s %q %s %d %t %t %q", q.From.UnixNano(), q.Until.UnixNano(), q.Zone, q.By, where, q.Limit, q.TotalsOnly, q.CallsOnly, q.ModelAliases)
	groups, known := r.answers[question]
	if !known {
		if groups, err = r.Reader.Aggregate(ctx, q); err != nil {
			return nil, err
		}
		r.answers[question] = groups
	}
	return slices.Clone(groups), nil
}
