package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// step is a statement that takes staged rows over.
type step struct {
	name string // of the query
	args []any
}

// writeStaged stores rows of a table next to the calls in one transaction, without what
// forgotten users were. The steps are those of at least one row.
func writeStaged[T any, R ledger.Row[T]](ctx context.Context, s *Store, t *table[T], rows []T, identify func(*T) (key, version), admissible func(ledger.ForgottenUsers, []T) []T, steps func([]T) []step) error {
	if len(rows) == 0 {
		return nil
	}
	if err := ledger.CheckRows[T, R](rows); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.wrap("write", s.done(s.replaceStaged(ctx, statementData{Table: t.name, Staging: t.staging, Columns: t.columnList()}, func(users ledger.ForgottenUsers) ([]step, error) {
		if rows = admissible(users, rows); len(rows) == 0 {
			return nil, nil
		}
		return steps(rows), stage(s.writer, t, rows, identify)
	})))
}

func (s *Store) replaceStaged(ctx context.Context, data statementData, stage func(ledger.ForgottenUsers) ([]step, error)) error {
	if err := s.prepareWriter(ctx); err != nil {
		return err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer rollback(tx)
	users, err := forgotten(ctx, tx)
	if err != nil {
		return err
	}
	steps, err := stage(users)
	if err != nil || len(steps) == 0 {
		return err
	}
	for _, step := range append(steps, step{name: "clear_staged.sql"}) {
		statement, err := render(step.name, data)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, statement, step.args...); err != nil {
			return fmt.Errorf("%s: %w", data.Table, err)
		}
	}
	return tx.Commit()
}

// stage appends to the staging table the row to keep of each key.
func stage[T any](conn *sql.Conn, t *table[T], rows []T, identify func(*T) (key, version)) error {
	return appendRows(conn, "temp", t.staging, t, rows, newest(rows, identify))
}

func stagingTable[T any](t *table[T]) string {
	return fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s LIMIT 0", t.staging, t.columnList(), t.name)
}
