package report

import (
	"cmp"
	"context"
	"fmt"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// TracesQuestion asks which runs there were in a period.
type TracesQuestion struct {
	Period Period
	Agent  string // "" = any; else runs in which this agent took part
	User   string // "" = any
	// Where keeps runs in which one call at least meets all of the conditions.
	Where   []ledger.Condition
	Errors  bool              // only runs in which something failed
	MinCost *udecimal.Decimal // nil = any
	Order   ledger.TraceOrder
	Top     int // 0 = 20
	Offset  int
}

// TracesAnswer lists runs in the order asked for.
type TracesAnswer struct {
	Question TracesQuestion
	Traces   []ledger.TraceSummary
	More     bool // there are runs after these
}

// Traces asks reader the question.
func Traces(ctx context.Context, reader ledger.Reader, q TracesQuestion) (*TracesAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if q.Top < 0 {
		return nil, fmt.Errorf("top %d: expected 0 (20 runs) or more", q.Top)
	}
	top := cmp.Or(q.Top, ledger.DefaultTraces)
	where, err := withAliases(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	traces, err := reader.Traces(ctx, ledger.TraceQuery{
		From: q.Period.From, Until: q.Period.Until, Agent: q.Agent, User: q.User,
		Where: where, Errors: q.Errors, MinCost: q.MinCost, Order: q.Order, Limit: top + 1, Offset: q.Offset,
	})
	if err != nil {
		return nil, fmt.Errorf("read the runs: %w", err)
	}
	a := &TracesAnswer{Question: q}
	a.Traces, a.More = page(traces, top)
	return a, nil
}

// page keeps the number of rows asked for, of which one more was read.
func page[T any](rows []T, top int) (kept []T, more bool) {
	return rows[:min(top, len(rows))], len(rows) > top
}

var traceTitles = map[ledger.TraceOrder]string{
	ledger.NewestFirst:  "Newest runs",
	ledger.SlowestFirst: "Slowest runs",
	ledger.DearestFirst: "Most expensive runs",
}

// Document lays the list out.
func (a *TracesAnswer) Document() *format.Document {
	order := a.Question.Order
	if order == "" {
		order = ledger.NewestFirst
	}
	var listed ledger.Totals
	for i := range a.Traces {
		addCounts(&listed, &a.Traces[i].Totals)
	}
	table := format.Table{Name: "traces", More: a.More, Columns: []format.Column{
		{Key: "trace_id", Header: "Trace", Kind: format.Text},
		{Key: "start", Header: "Start", Kind: format.Instant, Spare: 1},
		{Key: "root", Header: "Run", Kind: format.Text},
		{Key: "agent", Header: "Agent", Kind: format.Text, Wide: true},
		{Key: "user", Header: "User", Kind: format.Text, Spare: 2},
		{Key: "seconds", Header: "Duration", Kind: format.Duration},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "requests", Header: "Requests", Kind: format.Count, Spare: 3},
		{Key: "errors", Header: "Errors", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count, Spare: 5},
		{Key: "output_tokens", Header: "Output", Kind: format.Count, Spare: 4},
		{Key: "unpriced", Header: "Unpriced", Kind: format.Count, Wide: listed.Unpriced == 0},
		{Key: "spans", Header: "Spans", Kind: format.Count, Wide: true},
	}}
	for i := range a.Traces {
		t := &a.Traces[i]
		table.Rows = append(table.Rows, []any{
			t.ID.String(), t.Start, t.Root, t.Agent, Label(ledger.ByUser, t.User), t.Duration,
			CostCell(&t.Totals), t.Totals.Calls, t.Totals.Errors, t.Totals.Input, t.Totals.Output,
			t.Totals.Unpriced, t.Spans,
		})
	}
	doc := &format.Document{
		Name: "traces", Title: traceTitles[order], Period: a.Question.Period.format(),
		Tables: []format.Table{table},
	}
	doc.Notes = gaps(&listed, a.Question.Period, a.Question.Where)
	if len(a.Traces) > 0 {
		doc.Notes = append(doc.Notes, "One run as a tree: "+Suggest("trace "+a.Traces[0].ID.String(), a.Question.Period.ledger))
	}
	return doc
}
