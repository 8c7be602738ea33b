package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

// Export writes the calls of source that start in [from, until) to file, in
// order of their start, with the columns of the view llm_calls. The format is
// parquet or csv. It goes through a DuckDB file beside the target, removed
// afterwards, so that memory stays bounded.
func Export(ctx context.Context, source ledger.Source, file string, format duckdb.FileFormat, from, until time.Time, progress Progress) (calls int, err error) {
	dir, err := os.MkdirTemp(filepath.Dir(file), ".export-")
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	scratch, err := duckdb.Open(ctx, filepath.Join(dir, "calls.duckdb"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, scratch.Close()) }()
	if err := scratch.Migrate(ctx); err != nil {
		return 0, err
	}
	if calls, _, err = Copy(ctx, source, scratch, from, until, progress); err != nil {
		return 0, err
	}
	return calls, scratch.WriteFile(ctx, file, format)
}
