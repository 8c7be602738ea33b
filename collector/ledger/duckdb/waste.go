package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
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
	statement, err := render("waste.sql", wasteData{*asked, q.Failures, q.MinTokens, int64(q.Within), q.Calls, ledger.WasteKinds})
	if err != nil {
		return nil, err
	}
	rows, err := s.sql.QueryContext(ctx, statement, d.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	w := &ledger.Waste{}
	for rows.Next() {
		var (
			listed       bool
			g            ledger.WasteGroup
			c            ledger.WastedCall
			begun, place int64
		)
		err := rows.Scan(&listed, &g.Kind, &g.Provider, &g.Model, &g.Day, &g.Calls, &g.Unpriced, &g.Input, &g.Output, &g.Prefix, decimalField{&g.Cost},
			traceIDField{&c.TraceID}, spanIDField{&c.SpanID}, &begun, &c.Agent, &c.Tool, &c.Error, &place)
		if err != nil {
			return nil, err
		}
		if !listed {
			w.Groups = append(w.Groups, g)
			continue
		}
		c.Kind, c.Provider, c.Model, c.Start = g.Kind, g.Provider, g.Model, time.Unix(0, begun).UTC()
		c.Input, c.Output, c.Prefix, c.Cost = g.Input, g.Output, g.Prefix, g.Cost
		w.Calls = append(w.Calls, c)
	}
	return w, rows.Err()
}
