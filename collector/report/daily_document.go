package report

import (
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the days out.
func (a *DailyAnswer) Document() *format.Document {
	costs := make([]float64, len(a.Days))
	for i := range a.Days {
		costs[i] = a.Days[i].Totals.Cost.InexactFloat64()
	}
	top := maximum(costs)
	table := format.Table{Name: "days", Columns: []format.Column{
		{Key: "day", Header: "Day"},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "bar", Header: "", Kind: format.Bar},
		{Key: "change", Header: "Day over day", Kind: format.Share},
		{Key: "mean_7_days_usd", Header: "7-day mean", Kind: format.Money},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "output_tokens", Header: "Output", Kind: format.Count},
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
	table.Total = row("Total", &a.Total, a.Total.Cost, "", nil, nil)
	return &format.Document{
		Name: "daily", Title: "Cost by day  " + format.Sparkline(costs), Period: a.Question.Period.format(),
		Tables: []format.Table{table}, Notes: append(a.Expired.missingNote(), gaps(&a.Total)...),
	}
}

func maximum(values []float64) float64 {
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	return top
}
