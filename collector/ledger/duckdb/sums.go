package duckdb

import (
	"context"
	"database/sql"
	"time"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// archive is the table of the sums of calls that have expired.
var archive = table[ledger.Sum]{
	name: "cost_hourly_archive",
	columns: append(columns.Sums(kinds[ledger.Sum](), func(s *ledger.Sum) *ledger.Sum { return s }),
		instant("hour", func(s *ledger.Sum) *time.Time { return &s.Hour }),
		count("calls", func(s *ledger.Sum) *int64 { return &s.Calls }),
		count("errors", func(s *ledger.Sum) *int64 { return &s.Errors }),
		column[ledger.Sum]{"cost",
			[]mapping.Type{mapping.TypeDecimal},
			func(v *vector, row int, s *ledger.Sum) error { return v.amount(row, s.Cost) },
			func(v *vector, row int, s *ledger.Sum) { s.Cost = v.readAmount(row) }}),
}

// Sums implements ledger.Store.
func (s *Store) Sums(ctx context.Context, from, until time.Time) ([]ledger.Sum, error) {
	found, err := selectRows(ctx, s, &archive, "sums.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("sums", err)
}

// KeepSums implements ledger.Store.
func (s *Store) KeepSums(ctx context.Context, day time.Time, sums []ledger.Sum) error {
	if len(sums) == 0 {
		return nil
	}
	defer s.cubes.forget()
	return s.wrap("keep sums", s.inTransaction(ctx, func(tx *sql.Tx) error {
		if err := appendRows(s.writer, "", archive.name, &archive, pointers(sums)); err != nil {
			return err
		}
		return archivedUntil(ctx, tx, day.AddDate(0, 0, 1))
	}))
}
