package clickhouse

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/question"
)

var _ ledger.LogKeeper = (*Store)(nil)

// logTable holds the log records beside the calls.
const logTable = "log_rows"

func newLogBlock() *block[ledger.Log] {
	return newBlock([]column[ledger.Log]{
		traceID("trace_id", func(l *ledger.Log) *ledger.TraceID { return &l.TraceID }),
		spanID("span_id", func(l *ledger.Log) *ledger.SpanID { return &l.SpanID }),
		spanID("log_id", func(l *ledger.Log) *ledger.SpanID { return (*ledger.SpanID)(&l.ID) }),
		instant("time", func(l *ledger.Log) *time.Time { return &l.Time }),
		word("kind", func(l *ledger.Log) *string { return (*string)(&l.Kind) }),
		small("severity", func(l *ledger.Log) *int { return &l.Severity }),
		word("event_name", func(l *ledger.Log) *string { return &l.EventName }),
		text("body", func(l *ledger.Log) *string { return &l.Body }),
		word("error_type", func(l *ledger.Log) *string { return &l.ErrorType }),
		text("user_id", func(l *ledger.Log) *string { return &l.User }),
		word("department", func(l *ledger.Log) *string { return &l.Department }),
		word("application", func(l *ledger.Log) *string { return &l.Application }),
		word("environment", func(l *ledger.Log) *string { return &l.Environment }),
		word("agent", func(l *ledger.Log) *string { return &l.Agent }),
		word("service", func(l *ledger.Log) *string { return &l.Service }),
		word("provider", func(l *ledger.Log) *string { return &l.Provider }),
		word("model", func(l *ledger.Log) *string { return &l.Model }),
		word("operation", func(l *ledger.Log) *string { return &l.Operation }),
		tags("attributes", func(l *ledger.Log) *map[string]string { return &l.Attributes }),
		logVersion(),
	})
}

const greatestReceipt = 1<<receiptBits - 1

// packLogVersion makes the record received first the one that holds.
func packLogVersion(received time.Time) uint64 {
	return greatestReceipt - uint64(received.UnixMicro())
}

func logVersion() column[ledger.Log] {
	return &versionColumn[ledger.Log]{
		head:   head{title: "version", used: true},
		pack:   func(l *ledger.Log) uint64 { return packLogVersion(l.Received) },
		unpack: func(l *ledger.Log, v uint64) { l.Received = time.UnixMicro(int64(greatestReceipt - v)).UTC() },
	}
}

// WriteLogs implements ledger.LogKeeper.
func (s *Store) WriteLogs(ctx context.Context, logs []ledger.Log) error {
	for i := range logs {
		if err := logs[i].Check(); err != nil {
			return err
		}
	}
	forgotten, err := s.forgotten(ctx)
	if err != nil {
		return s.wrap("write", err)
	}
	return s.wrap("write", insert(ctx, s, logTable, &s.logBlocks, forgotten.Logs(logs)))
}

// Logs implements ledger.LogReader.
func (s *Store) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	var d dialect
	asked, err := question.Logs(&d, q)
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
