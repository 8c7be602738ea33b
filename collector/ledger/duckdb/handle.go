package duckdb

import (
	"context"
	"database/sql"
	"sync"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// handle asks questions of a file, but not while its schema changes: they would
// find some of the columns they name.
type handle struct {
	*sql.DB
	migrating     sync.RWMutex
	defaultMemory bool // the path has no memory_limit
	threads       int  // of a query
}

// QueryContext waits until a running migration has ended.
func (h *handle) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	h.migrating.RLock()
	defer h.migrating.RUnlock()
	return h.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext waits until a running migration has ended.
func (h *handle) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	h.migrating.RLock()
	defer h.migrating.RUnlock()
	return h.DB.QueryRowContext(ctx, query, args...)
}

// ask runs a statement on a connection, and waits until a running migration has ended.
func (h *handle) ask(ctx context.Context, conn mapping.Connection, statement string, args []any) (*answer, error) {
	h.migrating.RLock()
	defer h.migrating.RUnlock()
	return ask(ctx, conn, statement, args)
}

// snapshot begins a transaction that sees what was committed before it returns. DuckDB begins it
// with the first statement that looks at the file.
func (h *handle) snapshot(ctx context.Context) (*sql.Tx, error) {
	h.migrating.RLock()
	defer h.migrating.RUnlock()
	tx, err := h.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "SELECT 1 FROM llm_call_rows LIMIT 0"); err != nil {
		rollback(tx)
		return nil, err
	}
	return tx, nil
}
