package duckdb

import (
	"context"
	"database/sql"
	"embed"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/migration"
)

//go:embed schema/*.sql
var schema embed.FS

// Migrate applies the steps the file has not seen, each in a transaction with
// its entry in ledger_schema.
func (s *Store) Migrate(ctx context.Context) error {
	return s.migrate(ctx, 0)
}

// migrate stops after version last; 0 is the newest.
func (s *Store) migrate(ctx context.Context, last int) error {
	steps, err := migration.Load(schema, "schema")
	if err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	defer s.cubes.forget()
	s.sql.migrating.Lock()
	defer s.sql.migrating.Unlock()
	if _, err := s.sql.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS ledger_schema (
		version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied TIMESTAMP NOT NULL DEFAULT now()::TIMESTAMP)`); err != nil {
		return s.wrap("migrate", err)
	}
	var have int
	if err := s.sql.DB.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM ledger_schema`).Scan(&have); err != nil {
		return s.wrap("migrate", err)
	}
	if have > len(steps) {
		return s.wrap("migrate", &ledger.SchemaNewerError{Have: have, Known: len(steps)})
	}
	for _, step := range steps[have:] {
		if last != 0 && step.Version > last {
			break
		}
		if err := s.apply(ctx, step); err != nil {
			return s.wrap(fmt.Sprintf("migrate to version %d (%s)", step.Version, step.Name), err)
		}
	}
	return nil
}

func (s *Store) apply(ctx context.Context, step migration.Migration) error {
	tx, err := s.sql.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer rollback(tx)
	for _, statement := range step.Statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_schema (version, name) VALUES (?, ?)`, step.Version, step.Name); err != nil {
		return err
	}
	return tx.Commit()
}

// rollback ends what Commit has not.
func rollback(tx *sql.Tx) {
	_ = tx.Rollback() // sql.ErrTxDone after Commit
}
