package report

import (
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the picture out: the total against the period before, the
// course, then who and what.
func (a *SummaryAnswer) Document() *format.Document {
	doc := &format.Document{Name: "summary", Title: "Summary", Period: a.Question.Period.format(), Notes: append(a.Cost[0].expiredNotes(), append(gaps(&a.TotalCost.Totals, a.Question.Period, a.Question.Where), reasonNotes(a.Cost[0].Problems, a.Question.Period)...)...)}
	doc.Tables = append(doc.Tables, a.total())
	if a.TotalCost.Totals.Calls == 0 {
		return doc
	}
	for _, cost := range a.Cost {
		doc.Tables = append(doc.Tables, costOverview(cost))
	}
	if a.Errors.Failed.Calls > 0 {
		doc.Tables = append(doc.Tables, a.Errors.Document().Tables...)
	}
	return doc
}

func (a *SummaryAnswer) total() format.Table {
	costs := make([]float64, len(a.Daily.Days))
	for i := range a.Daily.Days {
		costs[i] = a.Daily.Days[i].Totals.Cost.InexactFloat64()
	}
	table := format.Table{Name: "total", Columns: []format.Column{
		{Key: "period", Header: "Period"},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "trend", Header: "By day", Kind: format.Bar},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "cached_tokens", Header: "Cached", Kind: format.Count},
		{Key: "output_tokens", Header: "Output", Kind: format.Count},
		{Key: "average_seconds", Header: "Avg", Kind: format.Duration},
		{Key: "errors", Header: "Errors", Kind: format.Count},
		{Key: "success_rate", Header: "Success", Kind: format.Share},
		{Key: "unpriced", Header: "Unpriced", Kind: format.Count},
	}}
	row := func(label, trend string, t *ledger.Totals) {
		if t.Calls == 0 {
			return
		}
		table.Rows = append(table.Rows, []any{label, CostCell(t), trend, t.Calls, t.Input, t.CacheRead, t.Output,
			average(t), t.Errors, ratio(t.Calls-t.Errors, t.Calls), t.Unpriced})
	}
	row("This period", format.Sparkline(costs), &a.TotalCost.Totals)
	row("Period before", "", &a.Before)
	return table
}

// costOverview is a bill in few columns.
func costOverview(a *CostAnswer) format.Table {
	by := a.Question.By[0]
	table := format.Table{Name: "cost_by_" + columnKey(by), Title: "By " + phrase(a.Question.By), Columns: []format.Column{
		{Key: columnKey(by), Header: header(by)},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "share", Header: "Share", Kind: format.Share},
		{Key: "bar", Header: "", Kind: format.Bar},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "errors", Header: "Errors", Kind: format.Count},
	}}
	lines := a.Lines
	if a.Rest != nil {
		lines = append(lines[:len(lines):len(lines)], *a.Rest)
	}
	top := 0.0
	for i := range lines {
		top = max(top, lines[i].Share)
	}
	for i := range lines {
		l := &lines[i]
		table.Rows = append(table.Rows, []any{l.Labels[0], CostCell(&l.Totals), shareCell(&l.Totals, l.Share), format.Gauge(l.Share, top), l.Totals.Calls, l.Totals.Errors})
	}
	return table
}
