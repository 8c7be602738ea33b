package clickhouse

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Traces implements ledger.Reader.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) (found []ledger.TraceSummary, err error) {
	var d dialect
	asked, err := sqlbuild.Traces(&d, q)
	if err != nil {
		return nil, err
	}
	if q.MinCost != nil {
		asked.MinCost = d.Amount(q.MinCost.String())
	}
	d.parameters = append(d.parameters, period(asked.From, asked.Until)...)
	d.parameters = append(d.parameters, parameter("agent", asked.Agent), parameter("user", asked.User))
	var f fields
	var t ledger.TraceSummary
	columns.Trace(&f, &t)
	err = s.each(ctx, "traces.sql", asked, d.parameters, &f, func() { found = append(found, t) })
	return found, s.wrap("traces", err)
}
