package report

import (
	"cmp"
	"context"
	"fmt"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// CallsQuestion asks for single calls, or for conversations.
type CallsQuestion struct {
	Period  Period
	Where   []ledger.Condition
	Trace   ledger.TraceID // zero = any
	Errors  bool
	MinCost *udecimal.Decimal // nil = any
	Order   ledger.TraceOrder
	Top     int // 0 = 100 calls, or 20 conversations
	Offset  int
}

func (q *CallsQuestion) query(top int) ledger.CallQuery {
	return ledger.CallQuery{
		From: q.Period.From, Until: q.Period.Until, Zone: q.Period.zone(), Where: q.Where, Trace: q.Trace,
		Errors: q.Errors, MinCost: q.MinCost, Order: q.Order, Limit: top + 1, Offset: q.Offset,
	}
}

func (q *CallsQuestion) validate() error {
	if q.Top < 0 {
		return fmt.Errorf("top %d: expected 0 (the usual number) or more", q.Top)
	}
	return q.Period.Validate()
}

// CallsAnswer lists calls in the order asked for.
type CallsAnswer struct {
	Question CallsQuestion
	Calls    []ledger.Call
	More     bool // there are calls after these
}

// Calls asks reader the question.
func Calls(ctx context.Context, reader ledger.Reader, q CallsQuestion) (*CallsAnswer, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	top := cmp.Or(q.Top, ledger.DefaultCalls)
	asked := q.query(top)
	var err error
	if asked.Where, err = withAliases(ctx, reader, q.Period, q.Where); err != nil {
		return nil, err
	}
	found, err := reader.CallList(ctx, asked)
	if err != nil {
		return nil, fmt.Errorf("read the calls: %w", err)
	}
	a := &CallsAnswer{Question: q}
	a.Calls, a.More = page(found, top)
	return a, nil
}

// Document lays the list out.
func (a *CallsAnswer) Document() *format.Document {
	table := format.Table{Name: "calls", More: a.More, Columns: []format.Column{
		{Key: "start", Header: "Start", Kind: format.Instant},
		{Key: "trace_id", Header: "Trace"},
		{Key: "span_id", Header: "Span", Wide: true},
		{Key: "user", Header: "User"},
		{Key: "department", Header: "Department", Wide: true},
		{Key: "application", Header: "Application"},
		{Key: "agent", Header: "Agent", Wide: true},
		{Key: "step", Header: "Step", Wide: true},
		{Key: "conversation", Header: "Conversation", Wide: true},
		{Key: "provider", Header: "Provider", Wide: true},
		{Key: "model", Header: "Model"},
		{Key: "operation", Header: "Operation", Wide: true},
		{Key: "seconds", Header: "Duration", Kind: format.Duration},
		{Key: "time_to_first_chunk_seconds", Header: "First chunk", Kind: format.Duration, Wide: true},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "cached_tokens", Header: "Cached", Kind: format.Count},
		{Key: "output_tokens", Header: "Output", Kind: format.Count},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "cost_status", Header: "Price", Wide: true},
		{Key: "cost_reason", Header: "Reason", Wide: true},
		{Key: "error", Header: "Error", Wide: true},
		{Key: "error_type", Header: "Error type"},
		{Key: "attempt", Header: "Attempt", Kind: format.Count, Wide: true},
	}}
	for i := range a.Calls {
		table.Rows = append(table.Rows, callRow(&a.Calls[i]))
	}
	return &format.Document{Name: "calls", Title: "Calls", Period: a.Question.Period.format(), Tables: []format.Table{table}}
}

func callRow(c *ledger.Call) []any {
	var firstChunk, cost any
	if c.TimeToFirstChunk > 0 {
		firstChunk = c.TimeToFirstChunk
	}
	if c.Cost.Amount != nil {
		cost = *c.Cost.Amount
	}
	return []any{
		c.Start, c.TraceID.String(), c.SpanID.String(),
		Label(ledger.ByUser, c.User), Label(ledger.ByDepartment, c.Department), Label(ledger.ByApplication, c.Application),
		c.Agent, c.Step, c.ConversationID, c.Provider, c.Model(), c.Operation, c.Duration, firstChunk,
		c.Usage[usage.Input], c.Usage[usage.CacheRead], c.Usage[usage.Output], cost, c.Cost.Status, c.Cost.Reason, c.Error, c.ErrorType, int64(c.Attempt),
	}
}
