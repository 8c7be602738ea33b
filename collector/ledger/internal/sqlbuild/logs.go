package sqlbuild

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// LogList fills logs.sql.
type LogList struct {
	Table      string
	Columns    string
	Conditions []string
	ByReceipt  bool
	Limit      int
}

// Logs leaves the table and its columns to the store.
func Logs(d Dialect, q ledger.LogQuery) (*LogList, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{Dialect: d, source: logs}
	conditions, err := b.logConditions(q)
	if err != nil {
		return nil, err
	}
	list := &LogList{Conditions: conditions, ByReceipt: q.After != nil, Limit: q.Limit}
	if list.Limit == 0 {
		list.Limit = ledger.DefaultLogs
	}
	return list, nil
}

func (b *builder) logConditions(q ledger.LogQuery) ([]string, error) {
	conditions := b.Period(b.time, q.From, q.Until)
	if !q.Trace.IsZero() {
		conditions = append(conditions, b.OfTrace(q.Trace))
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
		conditions = append(conditions, b.ReceivedAfter(*q.After))
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
		ofCalls := builder{Dialect: b.Dialect, source: calls}
		theirs, err := ofCalls.condition(positive)
		if err != nil {
			return "", err
		}
		traces := append([]string{theirs}, b.Period(calls.time, moved(from, -day), moved(until, day))...)
		own = fmt.Sprintf("(%s OR %s = '' AND trace_id IN (SELECT trace_id FROM llm_call_rows WHERE %s))",
			own, columns[c.Dimension], strings.Join(traces, " AND "))
	}
	if c.Not {
		return "NOT " + own, nil
	}
	return own, nil
}

// moved leaves an open end open.
func moved(t time.Time, by time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(by)
}

// LogNames fills log_names.sql.
type LogNames struct {
	Traces     []ledger.TraceID
	Conditions []string
}

// NamesOf asks what the calls of traces agree on.
func NamesOf(d Dialect, traces []ledger.TraceID, from, until time.Time) LogNames {
	return LogNames{Traces: traces, Conditions: d.Period(calls.time, from, until)}
}
