package sqlbuild

import "github.com/spanledger/spanledger/collector/ledger"

// CacheSelection fills cache_misses.sql.
type CacheSelection struct {
	Conditions []string
	List       bool   // calls, instead of sums
	Model      string // the expression of a call's model
}

// CacheMisses returns what fills cache_misses.sql; list asks for calls.
func CacheMisses(d Dialect, q ledger.CacheQuery, list bool) (*CacheSelection, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(q.Zone, q.From, q.Until)}
	selected, err := b.selection(q.Query())
	if err != nil {
		return nil, err
	}
	return &CacheSelection{Conditions: selected.Conditions, List: list, Model: calls.model}, nil
}
