package clickhouse

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/lognames"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// nameLogs gives records that name no one the names of the calls in their trace.
func (s *Store) nameLogs(ctx context.Context, logs []ledger.Log) error {
	return lognames.Name(logs, func(traces []ledger.TraceID, from, until time.Time, names map[ledger.TraceID]lognames.Names) error {
		var d dialect
		var f fields
		var id ledger.TraceID
		var n lognames.Names
		columns.Names(&f, &id, &n)
		return s.each(ctx, "log_names.sql", sqlbuild.NamesOf(&d, traces, from, until), d.parameters, &f, func() { names[id] = n })
	})
}
