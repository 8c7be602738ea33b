package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/lognames"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// nameLogs gives records that name no one the names of the calls in their trace.
func (s *Store) nameLogs(ctx context.Context, logs []ledger.Log) error {
	return lognames.Name(logs, func(traces []ledger.TraceID, from, until time.Time, names map[ledger.TraceID]lognames.Names) error {
		var d dialect
		statement, err := render("log_names.sql", sqlbuild.NamesOf(&d, traces, from, until))
		if err != nil {
			return err
		}
		return s.readNames(ctx, statement, d.args, names)
	})
}

func (s *Store) readNames(ctx context.Context, statement string, args []any, names map[ledger.TraceID]lognames.Names) error {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id ledger.TraceID
		var n lognames.Names
		if err := rows.Scan(traceIDField{&id}, &n.User, &n.Department); err != nil {
			return err
		}
		names[id] = n
	}
	return rows.Err()
}
