package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// wasteTexts say what each kind is, and what proves it.
var wasteTexts = map[ledger.WasteKind][2]string{
	ledger.WasteFailed:    {"Failed calls that were billed", "the call failed and has a cost"},
	ledger.WasteAborted:   {"Answers not read to the end", "the caller closed or cancelled the stream"},
	ledger.WasteFailedRun: {"Runs that ended with an error", "the root span of the run failed"},
	ledger.WasteToolLoop:  {"Retries of a failing tool", fmt.Sprintf("one tool of an agent failed %d times or more in a row; calls from the first to the last failure", loopFailures)},
	ledger.WasteResent:    {"Context sent again without the cache", fmt.Sprintf("the first %[2]d tokens or more were the same as in a prompt of the last %[1]d minutes, and none came from the cache", int(cacheLifetime.Minutes()), leastPrefix)},
}

// Document lays the lines out, then the most expensive calls of each.
func (a *WasteAnswer) Document() *format.Document {
	lines := format.Table{Name: "lines", Columns: []format.Column{
		{Key: "kind", Header: "Kind", Wide: true},
		{Key: "what", Header: "What"},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "wasted_usd", Header: "Wasted (USD)", Kind: format.Money},
		{Key: "share", Header: "Share of cost", Kind: format.Share},
		{Key: "evidence", Header: "Proof", Wrap: 50},
	}}
	row := func(l *WasteLine, kind, what, proof any) []any {
		cost, wasted := decimalCell(l.KnownCost()), decimalCell(l.KnownWaste())
		var part any
		if wasted != nil {
			part = share(l.Wasted, a.Total.Cost)
		}
		return []any{kind, what, l.Calls, l.Input, cost, wasted, part, proof}
	}
	for i := range a.Lines {
		l := &a.Lines[i]
		text := wasteTexts[l.Kind]
		lines.Rows = append(lines.Rows, row(l, string(l.Kind), text[0], text[1]))
	}
	total := a.sum()
	lines.Total = row(&total, nil, "Total", nil)

	list := format.Table{Name: "calls", Title: "Most expensive calls of each kind", Columns: []format.Column{
		{Key: "kind", Header: "Kind"},
		{Key: "start", Header: "Start", Kind: format.Instant},
		{Key: "trace_id", Header: "Trace"},
		{Key: "span_id", Header: "Span"},
		{Key: "agent", Header: "Agent"},
		{Key: "model", Header: "Model"},
		{Key: "tool", Header: "Tool"},
		{Key: "error_type", Header: "Error"},
		{Key: "input_tokens", Header: "Input", Kind: format.Count, Wide: true},
		{Key: "prefix_tokens", Header: "Sent again", Kind: format.Count, Wide: true},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money, Wide: true},
		{Key: "wasted_usd", Header: "Wasted (USD)", Kind: format.Money},
	}}
	for i := range a.Calls {
		c := &a.Calls[i]
		var prefix any
		if c.Kind == ledger.WasteResent {
			prefix = c.Prefix
		}
		list.Rows = append(list.Rows, []any{
			string(c.Kind), c.Start, c.TraceID.String(), c.SpanID.String(), c.Agent, c.Model, c.Tool, c.Error, c.Input, prefix, decimalCell(c.KnownCost()), decimalCell(c.Wasted),
		})
	}
	doc := &format.Document{Name: "waste", Title: "Calls without any use", Period: a.Question.Period.format(), Tables: []format.Table{lines, list}}
	doc.Notes = append(doc.Notes,
		"A call is counted once, in the first line that it matches. The lines add up.",
		"For context that was sent again, only the repeated tokens are counted: their price as input less their price as a read from the cache, at list prices of that day. The calls with the most of them are listed. Only prompts with a hash (otelgenai.WithPromptHash) can be compared.",
	)
	if a.NoRate > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s sent context again to a model without a list price: the cost of that is not known.", format.Counted(a.NoRate, "request")))
	}
	if total.Unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s in these lines %s no price and %s not in the sums.", format.Counted(total.Unpriced, "request"), format.Verb(total.Unpriced, "has", "have"), format.Verb(total.Unpriced, "is", "are")))
	}
	doc.Notes = append(doc.Notes, a.Expired.note("their waste is not known")...)
	return doc
}
