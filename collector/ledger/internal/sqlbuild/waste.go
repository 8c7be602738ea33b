package sqlbuild

import "github.com/spanledger/spanledger/collector/ledger"

// WasteSelection fills waste.sql.
type WasteSelection struct {
	Conditions []string // of the calls
	Around     []string // of the spans of their runs: the period and a day around it
	List       bool     // calls, instead of sums
	Model      string   // the expression of a call's model
}

// Waste returns what fills waste.sql; list asks for calls. The values of Conditions
// are bound before those of Around.
func Waste(d Dialect, q ledger.WasteQuery, list bool) (*WasteSelection, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(q.Zone, q.From, q.Until)}
	selected, err := b.selection(q.Query())
	if err != nil {
		return nil, err
	}
	from, until := q.From, q.Until
	if !from.IsZero() {
		from = from.Add(-day)
	}
	if !until.IsZero() {
		until = until.Add(day)
	}
	return &WasteSelection{
		Conditions: selected.Conditions, Around: d.Period(calls.time, from, until), List: list, Model: calls.model,
	}, nil
}
