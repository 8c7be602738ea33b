package budget

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
)

// State is the statuses as the guard in an application takes them.
func (s Statuses) State(asOf time.Time) budgetguard.State {
	state := budgetguard.State{AsOf: asOf.UTC(), Budgets: make([]budgetguard.Budget, len(s))}
	for i := range s {
		b := &s[i].Budget
		state.Budgets[i] = budgetguard.Budget{
			Name: b.Name, Scope: conditions(b.Scope), Every: string(b.Every),
			Amount: b.Amount, Soft: share(b.Amount, b.Soft), Hard: share(b.Amount, b.Hard), Spent: s[i].Spent,
			From: s[i].Period.From, Until: s[i].Period.Until,
		}
	}
	return state
}

// conditions are a scope as guards take it.
func conditions(scope []ledger.Condition) []budgetguard.Condition {
	out := make([]budgetguard.Condition, len(scope))
	for i, c := range scope {
		out[i] = budgetguard.Condition{Dimension: string(c.Dimension), Value: c.Values[0]}
	}
	return out
}

// perCent is a hundredth, a multiplication by which loses no digit of what a
// plan may say.
var perCent = udecimal.MustParse("0.01")

func share(amount, percent udecimal.Decimal) udecimal.Decimal {
	return amount.Mul(percent).Mul(perCent)
}
