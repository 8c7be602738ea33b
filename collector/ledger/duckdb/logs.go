package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// logs is the table of log records next to the calls.
var logs = table[ledger.Log]{
	name:    "log_rows",
	staging: "staged_logs",
	columns: append(columns.Logs(kinds[ledger.Log]()),
		instant("received_time", func(l *ledger.Log) *time.Time { return &l.Received }),
	),
}

// identifyLog has the record received first hold: a key is of an hour.
func identifyLog(l *ledger.Log) (key, version) {
	return key{day: l.Time.Unix() / int64(time.Hour/time.Second), trace: l.TraceID, span: l.SpanID, log: l.ID},
		version{received: -l.Received.UnixMicro()}
}

// WriteLogs implements ledger.Store, in one transaction.
func (s *Store) WriteLogs(ctx context.Context, rows []ledger.Log) error {
	return writeStaged(ctx, s, &logs, rows, identifyLog, ledger.ForgottenUsers.Logs, logSteps)
}

// logSteps leave the hours alone that have none of the records.
func logSteps(rows []ledger.Log) []step {
	first, last := ledger.Extent(rows, func(l *ledger.Log) time.Time { return l.Time })
	return []step{
		{"drop_known_logs.sql", []any{first.Truncate(time.Hour).UnixNano(), last.Truncate(time.Hour).Add(time.Hour).UnixNano()}},
		{"insert_staged_logs.sql", nil},
	}
}

// Logs implements ledger.Reader.
func (s *Store) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	var d dialect
	asked, err := sqlbuild.Logs(&d, q)
	if err != nil {
		return nil, err
	}
	asked.Table, asked.Columns = logs.name, logs.columnList()
	statement, err := render("logs.sql", asked)
	if err != nil {
		return nil, err
	}
	found, err := readRows(ctx, s, &logs, statement, d.args)
	if err == nil {
		err = s.nameLogs(ctx, found)
	}
	return found, s.wrap("logs", err)
}
