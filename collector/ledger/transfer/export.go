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

// Table names what can be written to a file: a view of the ledger.
type Table string

// Tables that can be written to a file.
const (
	Calls Table = "calls"
	Logs  Table = "logs"
)

// views is the view of each table, and the order of its rows.
var views = map[Table]struct{ name, order string }{
	Calls: {"llm_calls", "start_time, span_id"},
	Logs:  {"logs", "time, log_id"},
}

// Export writes the calls, or the log records, of source that start in [from,
// until) to file, in that order, with the columns of their view. The format is
// parquet or csv. It goes through a DuckDB file next to the target, removed
// afterwards, so that memory stays bounded.
func Export(ctx context.Context, source ledger.Store, table Table, file string, format duckdb.FileFormat, from, until time.Time, progress Progress) (rows int, err error) {
	view, known := views[table]
	if !known {
		return 0, fmt.Errorf("export: table %q: expected %s or %s", table, Calls, Logs)
	}
	dir, err := os.MkdirTemp(filepath.Dir(file), ".export-")
	if err != nil {
		return 0, fmt.Errorf("export: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	scratch, err := duckdb.Open(ctx, filepath.Join(dir, "ledger.duckdb"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, scratch.Close()) }()
	if err := scratch.Migrate(ctx); err != nil {
		return 0, err
	}
	if table == Logs {
		rows, err = CopyLogs(ctx, source, scratch, from, until, progress)
	} else {
		rows, _, err = Copy(ctx, source, scratch, from, until, progress)
	}
	if err != nil {
		return 0, err
	}
	return rows, scratch.WriteFile(ctx, view.name, view.order, file, format)
}
