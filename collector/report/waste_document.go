package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// wasteTexts say what each kind is, and what proves it.
var wasteTexts = map[ledger.WasteKind][2]string{
	ledger.WasteFailed:    {"Failed calls that were billed", "the call failed and has a cost"},
	ledger.WasteAborted:   {"Answers not read to their end", "the caller closed the stream, or gave up"},
	ledger.WasteFailedRun: {"Runs that ended in error", "the root span of the run failed"},
	ledger.WasteToolLoop:  {"Retries of a failing tool", fmt.Sprintf("between the first and the last of %d or more failures in a row of one tool of an agent", loopFailures)},
	ledger.WasteResent:    {"Context resent without the cache", fmt.Sprintf("the prompt began as one of the last %d minutes did, for %d tokens or more, and none came from the cache", int(cacheLifetime.Minutes()), leastPrefix)},
}

// Document lays the lines out, then the most expensive calls of each.
func (a *WasteAnswer) Document() *format.Document {
	lines := format.Table{Name: "lines", Columns: []format.Column{
		{Key: "kind", Header: "Kind", Wide: true},
		{Key: "what", Header: "What"},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "cost_usd", Header: "Their cost (USD)", Kind: format.Money},
		{Key: "wasted_usd", Header: "Wasted (USD)", Kind: format.Money},
		{Key: "share", Header: "Of all cost", Kind: format.Share},
		{Key: "evidence", Header: "Proof", Wrap: 50},
	}}
	var calls, input, unpriced int64
	for i := range a.Lines {
		l := &a.Lines[i]
		calls, input, unpriced = calls+l.Calls, input+l.Input, unpriced+l.Unpriced
		text := wasteTexts[l.Kind]
		lines.Rows = append(lines.Rows, []any{string(l.Kind), text[0], l.Calls, l.Input, l.Cost, l.Wasted, share(l.Wasted, a.Total.Cost), text[1]})
	}
	cost := a.Lines[0].Cost
	for i := range a.Lines[1:] {
		cost = cost.Add(a.Lines[i+1].Cost)
	}
	lines.Total = []any{nil, "Total", calls, input, cost, a.Wasted(), share(a.Wasted(), a.Total.Cost), nil}

	list := format.Table{Name: "calls", Title: "Most expensive calls of each", Columns: []format.Column{
		{Key: "kind", Header: "Kind"},
		{Key: "start", Header: "Start", Kind: format.Instant},
		{Key: "trace_id", Header: "Trace"},
		{Key: "span_id", Header: "Span"},
		{Key: "agent", Header: "Agent"},
		{Key: "model", Header: "Model"},
		{Key: "tool", Header: "Tool"},
		{Key: "error_type", Header: "Error"},
		{Key: "input_tokens", Header: "Input", Kind: format.Count, Wide: true},
		{Key: "prefix_tokens", Header: "Resent", Kind: format.Count, Wide: true},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money, Wide: true},
		{Key: "wasted_usd", Header: "Wasted (USD)", Kind: format.Money},
	}}
	for i := range a.Calls {
		c := &a.Calls[i]
		var wasted, prefix any
		if c.Wasted != nil {
			wasted = *c.Wasted
		}
		if c.Kind == ledger.WasteResent {
			prefix = c.Prefix
		}
		list.Rows = append(list.Rows, []any{
			string(c.Kind), c.Start, c.TraceID.String(), c.SpanID.String(), c.Agent, c.Model, c.Tool, c.Error, c.Input, prefix, c.Cost, wasted,
		})
	}
	doc := &format.Document{Name: "waste", Title: "What was wasted", Period: a.Question.Period.format(), Tables: []format.Table{lines, list}}
	doc.Notes = append(doc.Notes,
		"A call is in one line: the first that it meets, from the top. The lines add up.",
		"Of resent context only the tokens of the same beginning are counted, at what they cost more than a read from the cache, at list prices of the day. Only prompts with a hash (otelgenai.WithPromptHash) can be compared.",
	)
	if a.NoRate > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s resent context to a model without a list price: what that cost is not known.", format.Counted(a.NoRate, "request")))
	}
	if unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s of the lines have no price and add nothing.", format.Counted(unpriced, "request")))
	}
	doc.Notes = append(doc.Notes, a.Expired.note("their waste is not known")...)
	return doc
}
