package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// LogsQuestion asks what was logged in a period.
type LogsQuestion struct {
	Period Period
	Trace  ledger.TraceID // zero = any
	// Where keeps records by ledger.LogDimensions; status=error keeps errors.
	Where []ledger.Condition
	Top   int // 0 = 100
}

// LogsAnswer lists log records, the newest first.
type LogsAnswer struct {
	Question LogsQuestion
	Logs     []ledger.Log
}

// Query is the question to a ledger.
func (q LogsQuestion) Query() (ledger.LogQuery, error) {
	if q.Top < 0 {
		return ledger.LogQuery{}, fmt.Errorf("top %d: expected 0 (%d records) or more", q.Top, ledger.DefaultLogs)
	}
	out := ledger.LogQuery{From: q.Period.From, Until: q.Period.Until, Trace: q.Trace, Limit: q.Top}
	for _, c := range q.Where {
		if c.Dimension == ledger.ByStatus {
			if c.Not || !slices.Equal(c.Values, []string{"error"}) {
				return out, &ledger.QueryError{Field: "Where", Value: "status", Reason: "for log records, status can only be error"}
			}
			out.Errors = true
			continue
		}
		out.Where = append(out.Where, c)
	}
	return out, out.Validate()
}

// Logs asks reader the question.
func Logs(ctx context.Context, reader ledger.Reader, q LogsQuestion) (*LogsAnswer, error) {
	query, err := q.Query()
	if err != nil {
		return nil, err
	}
	logs, err := reader.Logs(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the log records: %w", err)
	}
	return &LogsAnswer{Question: q, Logs: logs}, nil
}

// Document lays the list out.
func (a *LogsAnswer) Document() *format.Document {
	table := format.Table{Name: "logs", Columns: []format.Column{
		{Key: "time", Header: "Time", Kind: format.Instant},
		{Key: "severity", Header: "Severity"},
		{Key: "error_type", Header: "Error"},
		{Key: "message", Header: "Message"},
		{Key: "model", Header: "Model"},
		{Key: "user", Header: "User"},
		{Key: "department", Header: "Department"},
		{Key: "application", Header: "Application"},
		{Key: "agent", Header: "Agent", Wide: true},
		{Key: "service", Header: "Service", Wide: true},
		{Key: "kind", Header: "Kind", Wide: true},
		{Key: "event_name", Header: "Event", Wide: true},
		{Key: "trace_id", Header: "Trace"},
		{Key: "span_id", Header: "Span", Wide: true},
	}}
	for i := range a.Logs {
		l := &a.Logs[i]
		var trace, span any
		if !l.TraceID.IsZero() {
			trace, span = l.TraceID.String(), l.SpanID.String()
		}
		table.Rows = append(table.Rows, []any{
			l.Time, ledger.SeverityText(l.Severity), l.ErrorType, l.Message(), l.Model,
			l.User, l.Department, l.Application, l.Agent, l.Service, string(l.Kind), l.EventName, trace, span,
		})
	}
	return &format.Document{Name: "logs", Title: "Log records", Period: a.Question.Period.format(), Tables: []format.Table{table}}
}
