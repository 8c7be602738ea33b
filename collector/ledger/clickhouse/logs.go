package clickhouse

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
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

// logSource is the log records.
var logSource = source{time: "time", model: "model"}

type logsData struct {
	Table      string
	Columns    string
	Conditions []string
	ByReceipt  bool
	Limit      int
}

// Logs implements ledger.LogReader.
func (s *Store) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	blocks := &s.logBlocks
	rows := blocks.Get().(*block[ledger.Log])
	defer blocks.Put(rows)
	rows.reset()
	b := builder{source: logSource}
	conditions, err := b.logConditions(q)
	if err != nil {
		return nil, err
	}
	data := logsData{Table: logTable, Columns: rows.columnList(), Conditions: conditions, ByReceipt: q.After != nil, Limit: q.Limit}
	if data.Limit == 0 {
		data.Limit = ledger.DefaultLogs
	}
	statement, err := render("logs.sql", data)
	if err != nil {
		return nil, err
	}
	var found []ledger.Log
	err = s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: b.parameters,
		Result:     rows.results(),
		OnResult: func(context.Context, proto.Block) error {
			found = append(found, rows.rows()...)
			return nil
		},
	})
	if err == nil {
		err = s.nameLogs(ctx, found)
	}
	return found, s.wrap("logs", err)
}

func (b *builder) logConditions(q ledger.LogQuery) ([]string, error) {
	conditions := b.period(q.From, q.Until)
	if !q.Trace.IsZero() {
		conditions = append(conditions, "trace_id = toFixedString(unhex("+b.bind(q.Trace.String())+"), 16)")
	}
	for _, c := range q.Where {
		condition, err := b.logCondition(c, q.From, q.Until)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, condition)
	}
	if q.Errors {
		conditions = append(conditions, fmt.Sprintf("kind != '%s' AND (error_type != '' OR severity >= %d)", ledger.LogCall, ledger.SeverityError))
	}
	if q.After != nil {
		version := "{" + b.bindNumber(packLogVersion(q.After.Received)) + ":UInt64}"
		id := "toFixedString(unhex(" + b.bind(q.After.ID.String()) + "), 8)"
		conditions = append(conditions, "(version < "+version+" OR version = "+version+" AND log_id > "+id+")")
	}
	return conditions, nil
}

// bindNumber adds a number and returns the name it is bound to.
func (b *builder) bindNumber(n uint64) string {
	name := "p" + strconv.Itoa(len(b.parameters))
	b.parameters = append(b.parameters, parameter(name, strconv.FormatUint(n, 10)))
	return name
}

// logCondition gives a record that names no user or department those of the
// calls in its trace.
func (b *builder) logCondition(c ledger.Condition, from, until time.Time) (string, error) {
	positive := ledger.Condition{Dimension: c.Dimension, Values: c.Values}
	own, err := b.condition(positive)
	if err != nil {
		return "", err
	}
	if c.Dimension == ledger.ByUser || c.Dimension == ledger.ByDepartment {
		calls := *b
		calls.source = detail
		theirs, err := calls.condition(positive)
		if err != nil {
			return "", err
		}
		traces := append([]string{theirs}, calls.period(dayBefore(from), dayAfter(until))...)
		b.parameters = calls.parameters
		own = fmt.Sprintf("(%s OR %s = '' AND trace_id IN (SELECT trace_id FROM %s WHERE %s))",
			own, dimensions[c.Dimension], callTable, strings.Join(traces, " AND "))
	}
	if c.Not {
		return "NOT " + own, nil
	}
	return own, nil
}

// dayBefore and dayAfter leave room for calls of the same trace; an open end
// stays open.
func dayBefore(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(-day)
}

func dayAfter(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(day)
}
