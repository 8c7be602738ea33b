package report

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// ConversationsAnswer lists conversations in the order asked for.
type ConversationsAnswer struct {
	Question      CallsQuestion
	Conversations []ledger.Conversation
	More          bool // there are conversations after these
	// Without are calls that name no conversation; they are left out.
	Without int64
}

// Conversations asks reader the question.
func Conversations(ctx context.Context, reader ledger.Reader, q CallsQuestion) (*ConversationsAnswer, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	top := cmp.Or(q.Top, ledger.DefaultTraces)
	found, err := reader.Conversations(ctx, q.query(top))
	if err != nil {
		return nil, fmt.Errorf("read the conversations: %w", err)
	}
	a := &ConversationsAnswer{Question: q}
	a.Conversations, a.More = page(found, top)
	none := q.Period.query(append(q.Where[:len(q.Where):len(q.Where)], ledger.Condition{Dimension: ledger.ByConversation, Values: []string{""}}))
	none.TotalsOnly = true
	without, err := totalOf(ctx, reader, none)
	a.Without = without.Totals.Calls
	return a, err
}

// Document lays the list out.
func (a *ConversationsAnswer) Document() *format.Document {
	var listed ledger.Totals
	for i := range a.Conversations {
		addCounts(&listed, &a.Conversations[i].Totals)
	}
	table := format.Table{Name: "conversations", More: a.More, Columns: []format.Column{
		{Key: "conversation", Header: "Conversation"},
		{Key: "start", Header: "Start", Kind: format.Instant, Wide: true},
		{Key: "last", Header: "Last call", Kind: format.Instant},
		{Key: "user", Header: "User"},
		{Key: "application", Header: "Application", Wide: true},
		{Key: "turns", Header: "Turns", Kind: format.Count},
		{Key: "runs", Header: "Runs", Kind: format.Count, Wide: true},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "first_input_tokens", Header: "First input", Kind: format.Count, Wide: true},
		{Key: "last_input_tokens", Header: "Last input", Kind: format.Count, Wide: true},
		{Key: "max_input_tokens", Header: "Largest input", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "cached_tokens", Header: "Cached", Kind: format.Count, Wide: true},
		{Key: "output_tokens", Header: "Output", Kind: format.Count},
		{Key: "cache_share", Header: "From cache", Kind: format.Share},
		{Key: "errors", Header: "Errors", Kind: format.Count},
		{Key: "unpriced", Header: "Unpriced", Kind: format.Count, Wide: listed.Unpriced == 0},
	}}
	for i := range a.Conversations {
		c := &a.Conversations[i]
		table.Rows = append(table.Rows, []any{
			c.ID, c.Start, c.Last, Label(ledger.ByUser, c.User), Label(ledger.ByApplication, c.Application),
			c.Totals.Calls, c.Runs, CostCell(&c.Totals), c.FirstInput, c.LastInput, c.MaxInput,
			c.Totals.Input, c.Totals.CacheRead, c.Totals.Output, cacheShare(c.Totals.CacheRead, c.Totals.Input), c.Totals.Errors, c.Totals.Unpriced,
		})
	}
	doc := &format.Document{Name: "conversations", Title: "Conversations", Period: a.Question.Period.format(), Tables: []format.Table{table}, Notes: gaps(&listed, a.Question.Period, a.Question.Where)}
	if a.Without > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s %s no conversation (gen_ai.conversation.id) and %s left out.",
			format.Counted(a.Without, "request"), format.Verb(a.Without, "names", "name"), format.Verb(a.Without, "is", "are")))
	}
	if len(a.Conversations) > 0 {
		doc.Notes = append(doc.Notes, "One conversation turn by turn: "+a.Question.Period.Command("conversation "+quoted(a.Conversations[0].ID)))
	}
	return doc
}

// cacheShare of the input that was read from a cache; nil of no input.
func cacheShare(cached, input int64) any {
	if input == 0 {
		return nil
	}
	return ratio(cached, input)
}
