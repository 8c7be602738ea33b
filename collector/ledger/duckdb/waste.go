package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Waste implements ledger.Reader.
func (s *Store) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	w := &ledger.Waste{}
	err := s.waste(ctx, q, false, func(scan func(...any) error) error {
		var g ledger.WasteGroup
		err := scan(&g.Kind, &g.Provider, &g.Model, &g.Day, &g.Calls, &g.Unpriced, &g.Input, &g.Output, &g.Prefix, decimalField{&g.Cost})
		w.Groups = append(w.Groups, g)
		return err
	})
	if err != nil || q.Calls == 0 {
		return w, s.wrap("waste", err)
	}
	err = s.waste(ctx, q, true, func(scan func(...any) error) error {
		var c ledger.WastedCall
		var begun int64
		err := scan(&c.Kind, traceIDField{&c.TraceID}, spanIDField{&c.SpanID}, &begun, &c.Provider, &c.Model, &c.Agent, &c.Tool, &c.Error,
			&c.Input, &c.Output, &c.Prefix, decimalField{&c.Cost})
		c.Start = time.Unix(0, begun).UTC()
		w.Calls = append(w.Calls, c)
		return err
	})
	return w, s.wrap("waste", err)
}

func (s *Store) waste(ctx context.Context, q ledger.WasteQuery, list bool, read func(scan func(...any) error) error) error {
	var d dialect
	asked, err := sqlbuild.Waste(&d, q, list)
	if err != nil {
		return err
	}
	statement, err := render("waste.sql", asked)
	if err != nil {
		return err
	}
	args := append(d.args, q.Failures, q.MinTokens, int64(q.Within))
	if list {
		args = append(args, q.Calls)
	}
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
