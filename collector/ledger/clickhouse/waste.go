package clickhouse

import (
	"context"
	"strconv"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Waste implements ledger.Reader.
func (s *Store) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	w := &ledger.Waste{}
	var err error
	if w.Groups, err = s.wasteGroups(ctx, q); err != nil || q.Calls == 0 {
		return w, s.wrap("waste", err)
	}
	w.Calls, err = s.wastedCalls(ctx, q)
	return w, s.wrap("waste", err)
}

func (s *Store) wasteGroups(ctx context.Context, q ledger.WasteQuery) (groups []ledger.WasteGroup, err error) {
	var f fields
	var g ledger.WasteGroup
	columns.WasteGroup(&f, &g)
	err = s.waste(ctx, q, false, &f, func() { groups = append(groups, g) })
	return groups, err
}

func (s *Store) wastedCalls(ctx context.Context, q ledger.WasteQuery) (found []ledger.WastedCall, err error) {
	var f fields
	var c ledger.WastedCall
	f.Text("kind", (*string)(&c.Kind))
	f.Text("vendor", &c.Provider)
	f.Text("model_name", &c.Model)
	f.Sum("input", &c.Input)
	f.Sum("output", &c.Output)
	f.Sum("prefix", &c.Prefix)
	f.Amount("amount", &c.Cost)
	columns.WastedCall(&f, &c)
	err = s.waste(ctx, q, true, &f, func() { found = append(found, c) })
	return found, err
}

func (s *Store) waste(ctx context.Context, q ledger.WasteQuery, list bool, f *fields, see func()) error {
	var d dialect
	asked, err := sqlbuild.Waste(&d, q, list)
	if err != nil {
		return err
	}
	d.parameters = append(d.parameters, parameter("failures", strconv.Itoa(q.Failures)))
	return s.eachFound(ctx, "waste.sql", asked, d.parameters, &q.CacheQuery, list, f, see)
}
