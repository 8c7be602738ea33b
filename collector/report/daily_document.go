package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the days out.
func (a *DailyAnswer) Document() *format.Document {
	costs := make([]float64, len(a.Days))
	for i := range a.Days {
		costs[i] = a.Days[i].Totals.Cost.InexactFloat64()
	}
	doc := &format.Document{
		Name: "daily", Title: "Cost by day  " + format.Sparkline(costs), Period: a.Question.Period.format(),
		Notes: append(a.Expired.missingNote(), gaps(&a.Total, a.Question.Period, a.Question.Where)...),
	}
	if a.Empty > 0 && len(a.Days) > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("The period has no calls before %s.", a.Days[0].Date))
	}
	if len(a.Question.By) > 0 {
		doc.Title = "Cost by day and " + phrase(a.Question.By) + "  " + format.Sparkline(costs)
		doc.Tables = []format.Table{a.parts()}
		return doc
	}
	top := maximum(costs)
	table := format.Table{Name: "days", Columns: []format.Column{
		{Key: "day", Header: "Day"},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "bar", Header: "", Kind: format.Bar},
		{Key: "change", Header: "Day over day", Kind: format.Share},
		{Key: "mean_7_days_usd", Header: "7-day mean", Kind: format.Money, Spare: 2},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count, Spare: 4},
		{Key: "output_tokens", Header: "Output", Kind: format.Count, Spare: 3},
		{Key: "errors", Header: "Errors", Kind: format.Count},
		{Key: "unpriced", Header: "Unpriced", Kind: format.Count},
	}}
	row := func(label string, t *ledger.Totals, cost any, bar string, change *float64, mean any) []any {
		return []any{label, cost, bar, optional(change), mean, t.Calls, t.Input, t.Output, t.Errors, t.Unpriced}
	}
	for i := range a.Days {
		d := &a.Days[i]
		var mean any
		if d.Mean != nil {
			mean = *d.Mean
		}
		table.Rows = append(table.Rows, row(d.Date, &d.Totals, CostCell(&d.Totals), format.Gauge(costs[i], top), d.Change, mean))
	}
	if len(table.Rows) > 0 {
		table.Total = row("Total", &a.Total, CostCell(&a.Total), "", nil, nil)
	}
	doc.Tables = []format.Table{table}
	return doc
}

// parts has a line for each group of calls of a day.
func (a *DailyAnswer) parts() format.Table {
	by := a.Question.By
	table := format.Table{Name: "days", Columns: []format.Column{{Key: "day", Header: "Day"}}}
	table.Columns = withDimensions(table.Columns, by,
		format.Column{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		format.Column{Key: "share_of_day", Header: "Of day", Kind: format.Share, Spare: 1},
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count},
		format.Column{Key: "input_tokens", Header: "Input", Kind: format.Count, Spare: 3},
		format.Column{Key: "output_tokens", Header: "Output", Kind: format.Count, Spare: 2},
		format.Column{Key: "errors", Header: "Errors", Kind: format.Count},
		format.Column{Key: "unpriced", Header: "Unpriced", Kind: format.Count},
	)
	row := func(day string, labels []string, t *ledger.Totals, cost, share any) []any {
		return append(appendLabels([]any{day}, labels), cost, share, t.Calls, t.Input, t.Output, t.Errors, t.Unpriced)
	}
	for i := range a.Days {
		d := &a.Days[i]
		for j := range d.Parts {
			p := &d.Parts[j]
			table.Rows = append(table.Rows, row(d.Date, p.Labels, &p.Totals, CostCell(&p.Totals), shareCell(&p.Totals, share(p.Totals.Cost, d.Totals.Cost))))
		}
	}
	if len(table.Rows) > 0 {
		table.Total = row("Total", make([]string, len(by)), &a.Total, CostCell(&a.Total), nil)
	}
	return table
}

func maximum(values []float64) float64 {
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	return top
}
