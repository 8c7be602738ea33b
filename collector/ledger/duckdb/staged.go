package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// step is a statement of a transaction.
type step struct {
	name string // of the query
	args []any
}

// run runs steps, and returns how many rows the last one changed.
func run(ctx context.Context, tx *sql.Tx, data any, steps ...step) (changed int64, err error) {
	for _, step := range steps {
		statement, err := render(step.name, data)
		if err != nil {
			return 0, err
		}
		result, err := tx.ExecContext(ctx, statement, step.args...)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", step.name, err)
		}
		if changed, err = result.RowsAffected(); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// inTransaction keeps other writers out while f runs.
func (s *Store) inTransaction(ctx context.Context, f func(*sql.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.done(s.transact(ctx, f))
}

func (s *Store) transact(ctx context.Context, f func(*sql.Tx) error) error {
	if err := s.prepareWriter(ctx); err != nil {
		return err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer rollback(tx)
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
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
	return s.wrap("write", s.inTransaction(ctx, func(tx *sql.Tx) error {
		users, err := forgotten(ctx, tx)
		if err != nil {
			return err
		}
		if rows = admissible(users, rows); len(rows) > 0 {
			_, err = takeOver(ctx, s, tx, t, rows, identify, steps(rows)...)
		}
		return err
	}))
}

// takeOver stages rows, runs the steps that take them over, and returns how many rows the
// last one changed.
func takeOver[T any](ctx context.Context, s *Store, tx *sql.Tx, t *table[T], rows []T, identify func(*T) (key, version), steps ...step) (changed int64, err error) {
	if err := stage(s.writer, t, rows, identify); err != nil {
		return 0, err
	}
	data := statementData{Table: t.name, Staging: t.staging, Columns: t.columnList(), Costs: costColumns}
	if changed, err = run(ctx, tx, data, steps...); err == nil {
		_, err = run(ctx, tx, data, step{name: "clear_staged.sql"})
	}
	return changed, err
}

// stage appends to the staging table the row to keep of each key.
func stage[T any](conn *sql.Conn, t *table[T], rows []T, identify func(*T) (key, version)) error {
	all := pointers(rows)
	return appendRows(conn, "temp", t.staging, t, at(all, newest(all, identify)))
}

func stagingTable[T any](t *table[T]) string {
	return fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s LIMIT 0", t.staging, t.columnList(), t.name)
}
