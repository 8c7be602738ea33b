package clickhouse

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// logTable holds the log records next to the calls.
const logTable = "log_rows"

func newLogBlock() *block[ledger.Log] {
	return newBlock(append(columns.Logs(kinds[ledger.Log]()), logVersion()))
}

const greatestReceipt = 1<<receiptBits - 1

// packLogVersion makes the record received first the one that holds.
func packLogVersion(received time.Time) uint64 {
	return greatestReceipt - uint64(received.UnixMicro())
}

func logVersion() column[ledger.Log] {
	return &versionColumn[ledger.Log]{
		columnBase: columnBase{title: "version", used: true},
		pack:       func(l *ledger.Log) uint64 { return packLogVersion(l.Received) },
		unpack:     func(l *ledger.Log, v uint64) { l.Received = time.UnixMicro(int64(greatestReceipt - v)).UTC() },
	}
}

// WriteLogs implements ledger.Store.
func (s *Store) WriteLogs(ctx context.Context, logs []ledger.Log) error {
	return writeRows(ctx, s, logTable, &s.logBlocks, logs, ledger.ForgottenUsers.Logs)
}

// Logs implements ledger.Reader.
func (s *Store) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	var d dialect
	asked, err := sqlbuild.Logs(&d, q)
	if err != nil {
		return nil, err
	}
	rows := s.logBlocks.Get().(*block[ledger.Log])
	defer s.logBlocks.Put(rows)
	rows.reset()
	asked.Table, asked.Columns = logTable, rows.columnList()
	statement, err := render("logs.sql", asked)
	if err != nil {
		return nil, err
	}
	found, err := readRows(ctx, s, rows, statement, d.parameters)
	if err == nil {
		err = s.nameLogs(ctx, found)
	}
	return found, s.wrap("logs", err)
}
