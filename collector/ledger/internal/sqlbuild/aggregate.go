package sqlbuild

import "github.com/spanledger/spanledger/collector/ledger"

// Aggregation fills aggregate.sql, or rollup.sql.
type Aggregation struct {
	Selection
	Limit      int
	TotalsOnly bool
	CallsOnly  bool
	Rollup     string // the view in place of the calls; "" for the calls
}

// Template names the statement that asks it.
func (a *Aggregation) Template() string {
	if a.Rollup != "" {
		return "rollup.sql"
	}
	return "aggregate.sql"
}

// Aggregate chooses the rollup that answers, or the calls.
func Aggregate(d Dialect, q ledger.Query) (*Aggregation, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(q.Zone, q.From, q.Until)}
	switch grain, _ := q.Rollup(); grain {
	case ledger.Hourly:
		b.source = source{view: "cost_hourly", time: "hour", model: "model"}
	case ledger.Daily:
		b.source = source{view: "cost_daily", time: d.Midnight("day"), model: "model"}
	}
	b.aliases = q.ModelAliases
	selected, err := b.selection(q)
	if err != nil {
		return nil, err
	}
	return &Aggregation{Selection: selected, Limit: q.Limit, TotalsOnly: q.TotalsOnly, CallsOnly: q.CallsOnly, Rollup: b.view}, nil
}

// Contexts returns what fills contexts.sql.
func Contexts(d Dialect, q ledger.ContextQuery) (Selection, error) {
	if err := q.Validate(); err != nil {
		return Selection{}, err
	}
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(q.Zone, q.From, q.Until)}
	return b.selection(q.Query())
}

// Prefixes returns what fills prefixes.sql.
func Prefixes(d Dialect, q ledger.PrefixQuery) (Selection, error) {
	if err := q.Validate(); err != nil {
		return Selection{}, err
	}
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(q.Zone, q.From, q.Until)}
	return b.selection(q.Query())
}
