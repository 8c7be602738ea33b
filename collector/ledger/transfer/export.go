package transfer

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

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

// exported is the view of a table, the order of its rows, and how a file is written of the
// rows of a store other than DuckDB.
type exported struct {
	view, time, order string
	write             writer
}

type writer func(ctx context.Context, source ledger.Store, q duckdb.FileQuery, file string, progress Progress) (rows int64, err error)

var tables = map[string]exported{
	Calls: {"llm_calls", "start_time", "start_time, span_id", inOrder(ledger.PartRows, byDay(windowRows), ledger.Store.Calls, func(a, b *ledger.Call) int {
		return cmp.Or(a.Start.Compare(b.Start), bytes.Compare(a.SpanID[:], b.SpanID[:]))
	}, duckdb.CallsFile)},
	Logs: {"logs", "time", "time, log_id", inOrder(ledger.PartLogs, byHour(windowLogs), ledger.Store.LogsBetween, func(a, b *ledger.Log) int {
		return cmp.Or(a.Time.Compare(b.Time), bytes.Compare(a.ID[:], b.ID[:]))
	}, duckdb.LogsFile)},
	Evaluations: {"evaluations", "time", "time, result_id", writeResults},
	Outcomes:    {"outcomes", "time", "time, result_id", writeResults},
}

// Export writes the calls, log records, evaluations or outcomes of source that start in the
// period to a file, in that order, with the columns of their view, which are DuckDB's for
// every store. Memory stays bounded.
func Export(ctx context.Context, source ledger.Store, q ledger.ExportQuery, file string, progress Progress) (rows int64, err error) {
	table, known := tables[q.Table]
	if !known {
		return 0, fmt.Errorf("export: table %q: expected %s, %s, %s or %s", q.Table, Calls, Logs, Evaluations, Outcomes)
	}
	wanted := duckdb.FileQuery{View: table.view, Order: table.order, Time: table.time, From: q.From, Until: q.Until, Format: duckdb.FileFormat(q.Format)}
	if own, ok := source.(*duckdb.Store); ok {
		return own.WriteFile(ctx, wanted, file)
	}
	return table.write(ctx, source, wanted, file, progress)
}

// inOrder has rows written as they are read: a window is sorted while the next one is read.
// compare is the order of the file.
func inOrder[T any](part ledger.Part, divide division, read func(source ledger.Store, ctx context.Context, from, until time.Time) ([]T, error),
	compare func(a, b *T) int, write func(ctx context.Context, q duckdb.FileQuery, file string, next func() ([]*T, error)) (int64, error),
) writer {
	return func(ctx context.Context, source ledger.Store, q duckdb.FileQuery, file string, progress Progress) (int64, error) {
		windows, err := windowsOf(ctx, source, part, divide, q.From, q.Until)
		if err != nil {
			return 0, err
		}
		ctx, cancel := context.WithCancel(ctx)
		ahead := ledger.ReadAhead(ctx, windows, func(ctx context.Context, from, until time.Time) ([]T, error) {
			return read(source, ctx, from, until)
		})
		defer func() { // nothing is read from source afterwards
			cancel()
			for range ahead {
			}
		}()
		done := 0
		next := func() ([]*T, error) {
			for window := range ahead {
				if window.Err != nil {
					return nil, inWindow(part, window.Window, window.Err)
				}
				if len(window.Rows) == 0 {
					continue
				}
				sorted := make([]*T, len(window.Rows))
				for i := range window.Rows {
					sorted[i] = &window.Rows[i]
				}
				slices.SortFunc(sorted, compare)
				done += len(sorted)
				progress.at(part, window.Window.Until, done)
				return sorted, nil
			}
			return nil, ctx.Err()
		}
		// The rows are those of the period, in order.
		q.Order, q.From, q.Until = "", time.Time{}, time.Time{}
		return write(ctx, q, file, next)
	}
}

// writeResults copies results to a DuckDB file next to the target, which is removed
// afterwards: a statement of an outcome replaces an earlier one, which may be in any window.
func writeResults(ctx context.Context, source ledger.Store, q duckdb.FileQuery, file string, progress Progress) (rows int64, err error) {
	scratch, remove, err := duckdb.Scratch(ctx, file)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	if _, err = CopyResults(ctx, source, scratch, q.From, q.Until, progress); err != nil {
		return 0, err
	}
	return scratch.WriteFile(ctx, q, file)
}
