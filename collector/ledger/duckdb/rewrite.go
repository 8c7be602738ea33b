package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/durable"
)

// Rewrite rewrites the file of a ledger with the rows it has and nothing else: a
// row that was changed or deleted leaves its text in blocks that DuckDB uses again at
// some time. A *LockedError when the file is open, here or in another process; it is
// replaced when the new one is whole. Before that, while no other process can open it,
// meanwhile is run; the file stays if that fails.
func Rewrite(ctx context.Context, path string, meanwhile func() error) error {
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
	replace := func() error {
		if err := meanwhile(); err != nil {
			return err
		}
		if err := os.Chmod(draft, info.Mode().Perm()); err != nil {
			return err
		}
		return durable.Replace(draft, key)
	}
	if err := rewrite(ctx, key, draft, settings, replace); err != nil {
		if isLocked(err) {
			return newLockedError(key, err)
		}
		return fmt.Errorf("duckdb %s: rewrite: %w", key, withCause(err))
	}
	return nil
}

// rewrite copies a file to a draft, and has that replace it. Until then the file is locked: a process
// that opened it before would go on to write into a file without a name.
func rewrite(ctx context.Context, path, draft, settings string, replace func() error) (err error) {
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
	// The log of writes goes into the file. Then the file is only read: nothing is written to
	// its path when it is closed, where the new one is by then.
	err = inOrder(ctx, conn, "ATTACH "+quoted(path)+" AS kept", "CHECKPOINT kept", "DETACH kept", "ATTACH "+quoted(path)+" AS kept (READ_ONLY)")
	if err != nil {
		return err
	}
	if _, err := os.Stat(path + ".wal"); !errors.Is(err, fs.ErrNotExist) {
		return newLockedError(path, errors.Join(errors.New("another process has written to it"), err))
	}
	var format string // such as v1.0.0+: of this version or later
	if err := conn.QueryRowContext(ctx, "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'kept'").Scan(&format); err != nil {
		return err
	}
	err = inOrder(ctx, conn,
		"ATTACH "+quoted(draft)+" AS rewritten (STORAGE_VERSION "+quoted(strings.TrimSuffix(format, "+"))+")",
		"COPY FROM DATABASE kept TO rewritten",
		"CHECKPOINT rewritten",
		"DETACH rewritten",
	)
	if err != nil {
		return err
	}
	if err := replace(); err != nil {
		return err
	}
	return inOrder(ctx, conn, "DETACH kept")
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
