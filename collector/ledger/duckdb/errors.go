package duckdb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/spanledger/spanledger/collector/ledger"
)

// LockedError reports a file that another process has open: DuckDB allows one
// process at a time. A running collector answers questions about its file over
// the read API.
type LockedError struct {
	Path string
	Err  error
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("duckdb %s: held by another process", e.Path)
}

func (e *LockedError) Unwrap() error { return e.Err }

// isLocked recognises DuckDB's refusal; it has no error type of its own.
func isLocked(err error) bool {
	return strings.Contains(err.Error(), "Could not set lock on file")
}

// wrap says what was being done to which file, and gives a missing table its
// meaning.
func (db *database) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	var e *duckdb.Error
	if errors.As(err, &e) && e.Type == duckdb.ErrorTypeCatalog && strings.Contains(e.Msg, "does not exist") {
		err = fmt.Errorf("%w (%s)", ledger.ErrNoSchema, firstLine(e.Msg))
	}
	return fmt.Errorf("duckdb %s: %s: %w", db.path, doing, err)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
