package sqlbuild

import "github.com/spanledger/spanledger/collector/ledger"

// WasteSelection fills the statements that find waste.
type WasteSelection struct {
	CacheSelection
	Around []string // conditions of the spans of their runs: the period and a day around it
}

// Waste returns what fills them; list asks for calls. The values of Conditions
// are bound before those of Around.
func Waste(d Dialect, q ledger.WasteQuery, list bool) (*WasteSelection, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	selected, err := CacheMisses(d, q.CacheQuery, list)
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
	return &WasteSelection{CacheSelection: *selected, Around: d.Period(calls.time, from, until)}, nil
}
