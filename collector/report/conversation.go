package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// ConversationQuestion asks for one conversation, turn by turn.
type ConversationQuestion struct {
	ID     string
	Period Period
	Where  []ledger.Condition
}

// maxTurns of a conversation are listed.
const maxTurns = 10_000

// ConversationAnswer has the calls of a conversation in order of start. Turns
// add up to Totals, unless there are more than are listed.
type ConversationAnswer struct {
	Question            ConversationQuestion
	Turns               []Turn
	Totals              ledger.Totals
	Users, Applications []string // in order of first appearance
	Runs                int
	Cut                 bool // there are more turns
}

// Turn is one call of a conversation.
type Turn struct {
	Call ledger.Call
	// Growth is how many more input tokens the call has than the turn of the same agent
	// before it; nil at its first. A call without a context, such as an embedding, has no
	// growth, nor has a failed call that reports no usage: the next is compared with the
	// turn before it.
	Growth *int64
	Spent  udecimal.Decimal // by the conversation so far
}

// Conversation asks reader the question; ledger.ErrNotFound when there is no
// such conversation.
func Conversation(ctx context.Context, reader ledger.Reader, q ConversationQuestion) (*ConversationAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	calls, err := reader.CallList(ctx, ledger.CallQuery{
		From: q.Period.From, Until: q.Period.Until, Oldest: true, Limit: maxTurns + 1,
		Where: append(slices.Clone(q.Where), ledger.Condition{Dimension: ledger.ByConversation, Values: []string{q.ID}}),
	})
	if err != nil {
		return nil, fmt.Errorf("read the calls of conversation %s: %w", q.ID, err)
	}
	if len(calls) == 0 || q.ID == "" {
		return nil, fmt.Errorf("conversation %q: %w", q.ID, ledger.ErrNotFound)
	}
	a := &ConversationAnswer{Question: q}
	calls, a.Cut = page(calls, maxTurns)
	runs := map[ledger.TraceID]bool{}
	before := map[string]int64{} // input tokens by agent
	for i := range calls {
		c := &calls[i]
		a.Totals = a.Totals.Add(c.Totals())
		turn := Turn{Call: *c, Spent: a.Totals.Cost}
		if input := c.Usage[usage.Input]; ledger.HasContext(c.Operation) && (input > 0 || !c.Error) {
			if last, known := before[c.Agent]; known {
				growth := input - last
				turn.Growth = &growth
			}
			before[c.Agent] = input
		}
		a.Turns = append(a.Turns, turn)
		runs[c.TraceID] = true
		a.Users = appendNew(a.Users, Label(ledger.ByUser, c.User))
		a.Applications = appendNew(a.Applications, Label(ledger.ByApplication, c.Application))
	}
	a.Runs = len(runs)
	return a, nil
}

func appendNew(values []string, value string) []string {
	if slices.Contains(values, value) {
		return values
	}
	return append(values, value)
}

// Start and Last are when the first and the last turn began.
func (a *ConversationAnswer) Start() time.Time { return a.Turns[0].Call.Start }

// Last is when the last turn began.
func (a *ConversationAnswer) Last() time.Time { return a.Turns[len(a.Turns)-1].Call.Start }

// Notes say what has to be known to read the figures right.
func (a *ConversationAnswer) Notes() []string {
	notes := gaps(&a.Totals, a.Question.Period, append(slices.Clone(a.Question.Where), ledger.Condition{Dimension: ledger.ByConversation, Values: []string{a.Question.ID}}))
	if a.Cut {
		notes = append(notes, fmt.Sprintf("The first %s are listed; there are more.", format.Counted(maxTurns, "turn")))
	}
	return notes
}

// Document lays the turns out.
func (a *ConversationAnswer) Document() *format.Document {
	table := format.Table{Name: "turns", Columns: []format.Column{
		{Key: "turn", Header: "Turn", Kind: format.Count},
		{Key: "start", Header: "Start", Kind: format.Instant},
		{Key: "trace_id", Header: "Trace", Wide: true},
		{Key: "agent", Header: "Agent", Wide: true},
		{Key: "model", Header: "Model"},
		{Key: "seconds", Header: "Duration", Kind: format.Duration},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "growth_tokens", Header: "Growth", Kind: format.Count},
		{Key: "cache_share", Header: "From cache", Kind: format.Share},
		{Key: "output_tokens", Header: "Output", Kind: format.Count},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "total_usd", Header: "So far (USD)", Kind: format.Money},
		{Key: "error_type", Header: "Error"},
	}}
	for i := range a.Turns {
		t := &a.Turns[i]
		c := &t.Call
		var growth, cost any
		if t.Growth != nil {
			growth = *t.Growth
		}
		if c.Cost.Amount != nil {
			cost = *c.Cost.Amount
		}
		table.Rows = append(table.Rows, []any{
			int64(i + 1), c.Start, c.TraceID.String(), c.Agent, c.Model(), c.Duration, c.Usage[usage.Input], growth,
			cacheShare(c.Usage[usage.CacheRead], c.Usage[usage.Input]), c.Usage[usage.Output], cost, t.Spent, c.ErrorType,
		})
	}
	if !a.Cut {
		table.Total = []any{
			nil, nil, nil, nil, nil, a.Totals.Duration, a.Totals.Input, nil,
			cacheShare(a.Totals.CacheRead, a.Totals.Input), a.Totals.Output, CostCell(&a.Totals), a.Totals.Cost, nil,
		}
	}
	return &format.Document{
		Name: "conversation", Title: "Conversation " + a.Question.ID, Tables: []format.Table{table}, Notes: a.Notes(),
		Period: format.Period{From: a.Start(), Until: a.Last(), Zone: a.Question.Period.zone()},
	}
}
