package duckdb

import (
	"context"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/lognames"
)

type logNamesData struct {
	Table      string
	Traces     []ledger.TraceID
	Conditions []string
}

// nameLogs gives records that name nobody the names of the calls in their trace.
func (s *Store) nameLogs(ctx context.Context, records []ledger.Log) error {
	traces, from, until := lognames.Wanted(records)
	names := make(map[ledger.TraceID]lognames.Names, len(traces))
	for chunk := range slices.Chunk(traces, lognames.Chunk) {
		b := builder{source: detail}
		statement, err := render("log_names.sql", logNamesData{Table: calls.name, Traces: chunk, Conditions: b.period(from, until)})
		if err != nil {
			return err
		}
		if err := s.readNames(ctx, statement, b.args, names); err != nil {
			return err
		}
	}
	lognames.Fill(records, names)
	return nil
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
