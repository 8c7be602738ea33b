package duckdb

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// wasteData fills waste.sql.
type wasteData struct {
	sqlbuild.WasteSelection
	Failures  int
	MinTokens int64
	Lifetime  int64 // of a prefix in a cache, in nanoseconds
	Calls     int   // listed of each kind
	Kinds     []ledger.WasteKind
}

// Waste implements ledger.Reader: one statement answers sums and list, since finding
// the classes is most of the work.
func (s *Store) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	w, err := s.waste(ctx, q)
	return w, s.wrap("waste", err)
}

func (s *Store) waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	var d dialect
	asked, err := sqlbuild.Waste(&d, q, false)
	if err != nil {
		return nil, err
	}
	var (
		f      fields
		listed bool
		g      ledger.WasteGroup
		c      ledger.WastedCall
		place  int64
		w      ledger.Waste
	)
	f = append(f, &listed)
	columns.WasteGroup(&f, &g)
	columns.WastedCall(&f, &c)
	f = append(f, &place)
	data := wasteData{*asked, q.Failures, q.MinTokens, int64(q.Within), q.Calls, ledger.WasteKinds}
	err = s.each(ctx, "waste.sql", data, d.args, f, func() {
		if !listed {
			w.Groups = append(w.Groups, g)
			return
		}
		c.Kind, c.Provider, c.Model, c.Input, c.Output, c.Prefix, c.Cost = g.Kind, g.Provider, g.Model, g.Input, g.Output, g.Prefix, g.Cost
		w.Calls = append(w.Calls, c)
	})
	return &w, err
}
