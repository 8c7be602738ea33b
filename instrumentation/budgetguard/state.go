package budgetguard

import (
	"time"

	"github.com/quagmt/udecimal"
)

// StatePath is the path of the collector's ledger API that returns a [State].
const StatePath = "/v1/budgets/state"

// State is the state of a collector's budgets, and its caps.
type State struct {
	AsOf    time.Time `json:"as_of"` // when the ledger was asked
	Budgets []Budget  `json:"budgets"`
	Caps    []Cap     `json:"caps,omitempty"`
}

// Budget is an amount for a scope and a period, and what is spent of it.
// Amounts are USD.
type Budget struct {
	Name   string           `json:"name"`
	Scope  []Condition      `json:"scope"` // all must hold; none = every call
	Every  string           `json:"every"` // month, week, day
	Amount udecimal.Decimal `json:"amount_usd"`
	Soft   udecimal.Decimal `json:"soft_usd"` // from here a warning
	Hard   udecimal.Decimal `json:"hard_usd"` // from here exceeded
	Spent  udecimal.Decimal `json:"spent_usd"`
	From   time.Time        `json:"period_from"`
	Until  time.Time        `json:"period_until"` // excluded
}

// Condition is one dimension of a scope.
type Condition struct {
	Dimension string `json:"dimension"` // as reports name it: department, user, tag:<key>, ...
	Value     string `json:"value"`     // "" = missing
}

func (b *Budget) exceeded() bool { return b.Spent.GreaterThanOrEqual(b.Hard) }
func (b *Budget) warning() bool  { return b.Spent.GreaterThanOrEqual(b.Soft) }
