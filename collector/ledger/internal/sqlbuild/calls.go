package sqlbuild

import "github.com/spanledger/spanledger/collector/ledger"

// CallList fills call_list.sql and conversations.sql.
type CallList struct {
	Columns    string
	Conditions []string
	Keys       []string // those of Conditions that are on the key of a row: its trace, its span
	Unbilled   bool
	Order      string
	Limit      int
	Offset     int
}

// callOrders are those of single calls, conversationOrders those of columns of
// the answer.
var (
	callOrders = map[ledger.TraceOrder]string{
		"":                  "start_time DESC",
		ledger.NewestFirst:  "start_time DESC",
		ledger.SlowestFirst: "duration_ns DESC",
		ledger.DearestFirst: "cost DESC NULLS LAST",
	}
	conversationOrders = map[ledger.TraceOrder]string{
		"":                  "last DESC",
		ledger.NewestFirst:  "last DESC",
		ledger.SlowestFirst: "duration DESC",
		ledger.DearestFirst: "amount DESC",
	}
)

// Calls leaves the columns to the store.
func Calls(d Dialect, q ledger.CallQuery) (*CallList, error) {
	list, err := callList(d, q, ledger.DefaultCalls)
	if err != nil {
		return nil, err
	}
	list.Order, list.Unbilled = callOrders[q.Order], q.Unbilled
	if !q.Span.IsZero() {
		list.key(d.OfSpan(q.Span))
	}
	if q.Oldest {
		list.Order = "start_time"
	}
	return list, nil
}

// Conversations groups the calls that have one.
func Conversations(d Dialect, q ledger.CallQuery) (*CallList, error) {
	list, err := callList(d, q, ledger.DefaultTraces)
	if err != nil {
		return nil, err
	}
	list.Order = conversationOrders[q.Order]
	if q.Oldest {
		list.Order = "first"
	}
	return list, nil
}

func callList(d Dialect, q ledger.CallQuery, limit int) (*CallList, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(q.Zone, q.From, q.Until)}
	selected, err := b.selection(ledger.Query{From: q.From, Until: q.Until, Where: q.Where})
	if err != nil {
		return nil, err
	}
	list := &CallList{Conditions: selected.Conditions, Limit: q.Limit, Offset: q.Offset}
	if !q.Trace.IsZero() {
		list.key(d.OfTrace(q.Trace))
	}
	if q.Errors {
		list.Conditions = append(list.Conditions, "is_error")
	}
	if q.MinCost != nil {
		list.Conditions = append(list.Conditions, "cost >= "+d.Amount(q.MinCost.String()))
	}
	if list.Limit == 0 {
		list.Limit = limit
	}
	return list, nil
}

func (l *CallList) key(condition string) {
	l.Conditions, l.Keys = append(l.Conditions, condition), append(l.Keys, condition)
}
