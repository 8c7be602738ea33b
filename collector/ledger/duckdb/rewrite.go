package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/durable"
)

// Rewrite rewrites the file of a ledger with the rows it has and nothing else: a
// row that was changed or deleted leaves its text in blocks that DuckDB uses again at
// some time. A *LockedError when the file is open, here or in another process; it is
// replaced when the new one is whole.
func Rewrite(ctx context.Context, path string) error {
	path, settings, _ := strings.Cut(path, "?")
	key, err := canonical(path)
	if err != nil {
		return fmt.Errorf("duckdb %s: %w", path, err)
	}
	databases.Lock()
	defer databases.Unlock()
	if _, open := databases.open[key]; open {
		return newLockedError(key, errors.New("this process has the file open"))
	}
	info, err := os.Stat(key)
	if err != nil {
		return fmt.Errorf("duckdb %s: %w", path, err)
	}
	draft := key + ".rewriting"
	defer func() { _ = errors.Join(os.Remove(draft), os.Remove(draft+".wal")) }() // left by a failure, now or before
	_ = errors.Join(os.Remove(draft), os.Remove(draft+".wal"))
	if err := copyDatabase(ctx, key, draft, settings); err != nil {
		if isLocked(err) {
			return newLockedError(key, err)
		}
		return fmt.Errorf("duckdb %s: rewrite: %w", key, withCause(err))
	}
	if err = os.Chmod(draft, info.Mode().Perm()); err == nil {
		err = durable.Replace(draft, key)
	}
	if err != nil {
		return fmt.Errorf("duckdb %s: rewrite: %w", key, err)
	}
	return nil
}

func copyDatabase(ctx context.Context, from, to, settings string) (err error) {
	db, err := connect(ctx, "", settings, ingesting)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := inOrder(ctx, conn, "ATTACH "+quoted(from)+" AS kept"); err != nil {
		return err
	}
	var format string // such as v1.0.0+: of this version or later
	if err := conn.QueryRowContext(ctx, "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'kept'").Scan(&format); err != nil {
		return err
	}
	return inOrder(ctx, conn,
		"ATTACH "+quoted(to)+" AS rewritten (STORAGE_VERSION "+quoted(strings.TrimSuffix(format, "+"))+")",
		"COPY FROM DATABASE kept TO rewritten",
		"CHECKPOINT rewritten",
		"DETACH kept",
		"DETACH rewritten",
	)
}

func inOrder(ctx context.Context, conn *sql.Conn, statements ...string) error {
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
