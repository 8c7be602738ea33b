package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

// Tables that can be written to a file.
const (
	Calls = "calls"
	Logs  = "logs"

	Evaluations = "evaluations"
	Outcomes    = "outcomes"
)

// views is the view of each table, and the order of its rows.
var views = map[string]struct{ name, time, order string }{
	Calls: {"llm_calls", "start_time", "start_time, span_id"},
	Logs:  {"logs", "time", "time, log_id"},

	Evaluations: {"evaluations", "time", "time, result_id"},
	Outcomes:    {"outcomes", "time", "time, result_id"},
}

// Export writes the calls, log records, evaluations or outcomes of source that start in the period to
// a file, in that order, with the columns of their view. A DuckDB file is asked
// once. Rows of another store go through a DuckDB file next to the target, removed
// afterwards, so that memory stays bounded.
func Export(ctx context.Context, source ledger.Store, q ledger.ExportQuery, file string, progress Progress) (rows int64, err error) {
	view, known := views[q.Table]
	if !known {
		return 0, fmt.Errorf("export: table %q: expected %s, %s, %s or %s", q.Table, Calls, Logs, Evaluations, Outcomes)
	}
	wanted := duckdb.FileQuery{View: view.name, Order: view.order, Time: view.time, From: q.From, Until: q.Until, Format: duckdb.FileFormat(q.Format)}
	if own, ok := source.(*duckdb.Store); ok {
		return own.WriteFile(ctx, wanted, file)
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
	switch q.Table {
	case Logs:
		_, err = CopyLogs(ctx, source, scratch, q.From, q.Until, progress)
	case Evaluations, Outcomes:
		_, err = CopyResults(ctx, source, scratch, q.From, q.Until, progress)
	default:
		_, _, err = Copy(ctx, source, scratch, q.From, q.Until, progress)
	}
	if err != nil {
		return 0, err
	}
	return scratch.WriteFile(ctx, wanted, file)
}
