package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// querier is the database, or a transaction in it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Forgotten implements ledger.Store.
func (s *Store) Forgotten(ctx context.Context) (ledger.ForgottenUsers, error) {
	users, err := forgotten(ctx, s.sql)
	return users, s.wrap("forgotten users", err)
}

func forgotten(ctx context.Context, q querier) (ledger.ForgottenUsers, error) {
	rows, err := q.QueryContext(ctx, "SELECT key, hash, since FROM forgotten_users")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var users ledger.ForgottenUsers
	for rows.Next() {
		var f ledger.ForgottenUser
		var key, hash []byte
		if err := rows.Scan(&key, &hash, timeField{&f.Since}); err != nil {
			return nil, err
		}
		if len(key) != len(f.Key) || len(hash) != len(f.Hash) {
			return nil, fmt.Errorf("a forgotten user has a key of %d and a hash of %d bytes", len(key), len(hash))
		}
		f.Key, f.Hash = [32]byte(key), [32]byte(hash)
		users = append(users, f)
	}
	return users, rows.Err()
}

// KeepForgotten implements ledger.Store.
func (s *Store) KeepForgotten(ctx context.Context, users ledger.ForgottenUsers) error {
	return s.wrap("keep forgotten users", s.inTransaction(ctx, func(tx *sql.Tx) error { return keepForgotten(ctx, tx, users) }))
}

func keepForgotten(ctx context.Context, tx *sql.Tx, users ledger.ForgottenUsers) error {
	for i := range users {
		f := &users[i]
		if _, err := tx.ExecContext(ctx, "INSERT INTO forgotten_users SELECT ?, ?, ? WHERE NOT EXISTS (FROM forgotten_users WHERE key = ?)",
			f.Key[:], f.Hash[:], f.Since, f.Key[:]); err != nil {
			return err
		}
	}
	return nil
}
