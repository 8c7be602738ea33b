package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

var _ ledger.LogKeeper = (*Store)(nil)

// logs is the table of log records beside the calls.
var logs = table[ledger.Log]{
	name:    "log_rows",
	staging: "staged_logs",
	columns: []column[ledger.Log]{
		traceID("trace_id", func(l *ledger.Log) *ledger.TraceID { return &l.TraceID }),
		spanID("span_id", func(l *ledger.Log) *ledger.SpanID { return &l.SpanID }),
		spanID("log_id", func(l *ledger.Log) *ledger.SpanID { return (*ledger.SpanID)(&l.ID) }),
		instant("time", func(l *ledger.Log) *time.Time { return &l.Time }),
		text("kind", func(l *ledger.Log) *string { return (*string)(&l.Kind) }),
		small("severity", func(l *ledger.Log) *int { return &l.Severity }),
		text("event_name", func(l *ledger.Log) *string { return &l.EventName }),
		text("body", func(l *ledger.Log) *string { return &l.Body }),
		text("error_type", func(l *ledger.Log) *string { return &l.ErrorType }),
		text("user_id", func(l *ledger.Log) *string { return &l.User }),
		text("department", func(l *ledger.Log) *string { return &l.Department }),
		text("application", func(l *ledger.Log) *string { return &l.Application }),
		text("environment", func(l *ledger.Log) *string { return &l.Environment }),
		text("agent", func(l *ledger.Log) *string { return &l.Agent }),
		text("service", func(l *ledger.Log) *string { return &l.Service }),
		text("provider", func(l *ledger.Log) *string { return &l.Provider }),
		text("model", func(l *ledger.Log) *string { return &l.Model }),
		text("operation", func(l *ledger.Log) *string { return &l.Operation }),
		tags("attributes", func(l *ledger.Log) *map[string]string { return &l.Attributes }),
		instant("received_time", func(l *ledger.Log) *time.Time { return &l.Received }),
	},
}

// identifyLog has the record received first hold: a key is of an hour.
func identifyLog(l *ledger.Log) (key, version) {
	return key{day: l.Time.Unix() / int64(time.Hour/time.Second), trace: l.TraceID, span: l.SpanID, log: l.ID},
		version{received: -l.Received.UnixMicro()}
}

// WriteLogs implements ledger.LogKeeper, in one transaction.
func (s *Store) WriteLogs(ctx context.Context, rows []ledger.Log) error {
	if len(rows) == 0 {
		return nil
	}
	for i := range rows {
		if err := rows[i].Check(); err != nil {
			return err
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.wrap("write", s.writeLogs(ctx, rows))
}

func (s *Store) writeLogs(ctx context.Context, rows []ledger.Log) error {
	if err := s.prepareWriter(ctx); err != nil {
		return err
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer rollback(tx)
	users, err := forgotten(ctx, tx)
	if err != nil {
		return err
	}
	if rows = users.Logs(rows); len(rows) == 0 {
		return nil
	}
	if err := stage(s.writer, &logs, rows, identifyLog); err != nil {
		return err
	}
	first, last := rows[0].Time, rows[0].Time
	for i := range rows {
		if rows[i].Time.Before(first) {
			first = rows[i].Time
		}
		if rows[i].Time.After(last) {
			last = rows[i].Time
		}
	}
	data := statementData{Table: logs.name, Staging: logs.staging, Columns: logs.columnList()}
	for _, step := range []struct {
		name string
		args []any
	}{
		{"drop_known_logs.sql", []any{first.Truncate(time.Hour).UnixNano(), last.Truncate(time.Hour).Add(time.Hour).UnixNano()}},
		{"insert_staged_logs.sql", nil},
		{"clear_staged.sql", nil},
	} {
		statement, err := render(step.name, data)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, statement, step.args...); err != nil {
			return fmt.Errorf("%s: %w", logs.name, err)
		}
	}
	return tx.Commit()
}

// firstLog is when the oldest record was; zero when there is none.
func (s *Store) firstLog(ctx context.Context) (time.Time, error) {
	statement, err := render("first_log.sql", nil)
	if err != nil {
		return time.Time{}, err
	}
	var first sql.NullInt64
	if err := s.sql.QueryRowContext(ctx, statement).Scan(&first); err != nil || !first.Valid {
		return time.Time{}, s.wrap("first log record", err)
	}
	return time.Unix(0, first.Int64).UTC(), nil
}

// logSource is the log records.
var logSource = source{time: "time", model: "model"}

type logsData struct {
	statementData
	Conditions []string
	ByReceipt  bool
}

// Logs implements ledger.LogReader.
func (s *Store) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{source: logSource}
	conditions, err := b.logConditions(q)
	if err != nil {
		return nil, err
	}
	statement, err := render("logs.sql", logsData{
		statementData: statementData{Table: logs.name, Columns: logs.columnList()},
		Conditions:    conditions,
		ByReceipt:     q.After != nil,
	})
	if err != nil {
		return nil, err
	}
	limit := q.Limit
	if limit == 0 {
		limit = ledger.DefaultLogs
	}
	found, err := scanAll(ctx, s, &logs, statement, append(b.args, limit)...)
	if err == nil {
		err = s.nameLogs(ctx, found)
	}
	return found, s.wrap("logs", err)
}

func (b *builder) logConditions(q ledger.LogQuery) ([]string, error) {
	conditions := b.period(q.From, q.Until)
	if !q.Trace.IsZero() {
		conditions = append(conditions, "trace_id = "+b.bind(q.Trace.String())+"::UUID")
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
		received := func() string { return "make_timestamp(" + b.bind(q.After.Received.UnixMicro()) + ")" }
		conditions = append(conditions, "(received_time > "+received()+" OR received_time = "+received()+
			" AND log_id > "+b.bind(strconv.FormatUint(spanIDValue(ledger.SpanID(q.After.ID)), 10))+"::UBIGINT)") // the driver takes no uint64 above 2^63
	}
	return conditions, nil
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
		b.args = calls.args
		own = fmt.Sprintf("(%s OR %s = '' AND trace_id IN (SELECT trace_id FROM llm_call_rows WHERE %s))",
			own, dimensions[c.Dimension], strings.Join(traces, " AND "))
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
