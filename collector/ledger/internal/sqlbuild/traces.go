package sqlbuild

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// TraceList fills traces.sql.
type TraceList struct {
	Conditions  []string  // that bound the rows: the period and a day around it
	Around      []string  // that bound the rows of the traces that are listed
	From, Until time.Time // of the first span
	Agent, User string
	Match       []string // that hold for one call at least
	Errors      bool
	MinCost     string // an expression; "" = any
	Order       string // a column of the answer
	Limit       int
	Offset      int
	Unlisted    string // an application whose spans are no run
}

var traceOrders = map[ledger.TraceOrder]string{
	"":                  "start",
	ledger.NewestFirst:  "start",
	ledger.SlowestFirst: "total",
	ledger.DearestFirst: "amount",
}

// Traces closes the open ends of the period.
func Traces(d Dialect, q ledger.TraceQuery) (*TraceList, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	list := &TraceList{
		From: q.From, Until: q.Until, Agent: q.Agent, User: q.User, Errors: q.Errors,
		Order: traceOrders[q.Order], Limit: q.Limit, Offset: q.Offset, Unlisted: ledger.CheckApplication,
	}
	if list.From.IsZero() {
		list.From = ledger.EarliestStart
	}
	if list.Until.IsZero() {
		list.Until = ledger.LatestStart
	}
	if list.Limit == 0 {
		list.Limit = ledger.DefaultTraces
	}
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(nil, list.From, list.Until)}
	for _, c := range q.Where {
		condition, err := b.condition(c)
		if err != nil {
			return nil, err
		}
		list.Match = append(list.Match, condition)
	}
	list.Conditions = list.around(d, list.From)
	list.Around = list.Conditions
	return list, nil
}

// Since lists traces that start from a later time on alone, and shows of those what the
// whole period has.
func (l *TraceList) Since(d Dialect, from time.Time) {
	l.Conditions, l.From = l.around(d, from), from
}

func (l *TraceList) around(d Dialect, from time.Time) []string {
	return d.Period(calls.time, from.Add(-day), l.Until.Add(day))
}

// IDs is a list of traces or spans as one text, separated by commas.
func IDs[T fmt.Stringer](ids []T) string {
	var b strings.Builder
	b.Grow(33 * len(ids))
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(id.String())
	}
	return b.String()
}
