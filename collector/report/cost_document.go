package report

import (
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the bill out.
func (a *CostAnswer) Document() *format.Document {
	doc := &format.Document{Name: "cost", Title: "Cost", Period: a.Question.Period.format()}
	by := a.Question.By
	if len(by) > 0 {
		doc.Title += " by " + phrase(by)
	}
	table := format.Table{Name: "lines", More: a.More}
	table.Columns = withDimensions(table.Columns, by,
		format.Column{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		format.Column{Key: "share", Header: "Share", Kind: format.Share},
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count},
		format.Column{Key: "average_cost_usd", Header: "Avg/request", Kind: format.Money, Spare: 3},
		format.Column{Key: "input_tokens", Header: "Input", Kind: format.Count, Spare: 1},
		format.Column{Key: "cached_tokens", Header: "Cached", Kind: format.Count, Spare: 5},
		format.Column{Key: "output_tokens", Header: "Output", Kind: format.Count, Spare: 1},
		format.Column{Key: "reasoning_tokens", Header: "Reasoning", Kind: format.Count, Wide: true},
		format.Column{Key: "average_seconds", Header: "Avg", Kind: format.Duration, Spare: 4},
		format.Column{Key: "p50_seconds", Header: "p50", Kind: format.Duration, Wide: true},
		format.Column{Key: "p95_seconds", Header: "p95", Kind: format.Duration, Spare: 2},
		format.Column{Key: "p99_seconds", Header: "p99", Kind: format.Duration, Wide: true},
		format.Column{Key: "errors", Header: "Errors", Kind: format.Count},
		format.Column{Key: "success_rate", Header: "Success", Kind: format.Share, Wide: true},
		format.Column{Key: "unpriced", Header: "Unpriced", Kind: format.Count},
	)
	for i := range a.Lines {
		table.Rows = append(table.Rows, a.Lines[i].row())
	}
	if a.Rest != nil {
		table.Rows = append(table.Rows, a.Rest.row())
	}
	total := a.Total
	total.Labels = make([]string, len(by))
	if len(by) > 0 {
		total.Labels[0] = "Total"
		if len(table.Rows) > 0 {
			table.Total = total.row()
		}
	} else if total.Totals.Calls > 0 {
		table.Rows = append(table.Rows, total.row())
	}
	if a.Total.Totals.NanoCredits > 0 {
		a.addCredits(&table)
	}
	doc.Tables = []format.Table{table}
	doc.Notes = append(a.expiredNotes(), append(gaps(&a.Total.Totals, a.Question.Period, a.Question.Where), reasonNotes(a.Problems, a.Question.Period)...)...)
	return doc
}

// row is a group of calls, whose cost may not be known.
func (l *CostLine) row() []any {
	row := make([]any, 0, len(l.Labels)+15)
	row = appendLabels(row, l.Labels)
	var perCall any
	if mean := l.AverageCost(); mean != nil {
		perCall = *mean
	}
	t := &l.Totals
	row = append(row, CostCell(t), shareCell(t, l.Share), t.Calls, perCall,
		t.Input, t.CacheRead, t.Output, t.Reasoning, average(&l.Totals))
	if l.Latency != nil {
		row = append(row, l.Latency.P50, l.Latency.P95, l.Latency.P99)
	} else {
		row = append(row, nil, nil, nil)
	}
	return append(row, t.Errors, l.SuccessRate(), t.Unpriced)
}

// addCredits adds the column of credits, which few ledgers have.
func (a *CostAnswer) addCredits(table *format.Table) {
	table.Columns = append(table.Columns, CreditsColumn)
	lines := a.Lines
	if a.Rest != nil {
		lines = append(lines[:len(lines):len(lines)], *a.Rest)
	}
	if len(a.Question.By) == 0 {
		lines = []CostLine{a.Total}
	}
	for i := range table.Rows {
		table.Rows[i] = append(table.Rows[i], Credits(&lines[i].Totals))
	}
	if table.Total != nil {
		table.Total = append(table.Total, Credits(&a.Total.Totals))
	}
}

func (a *CostAnswer) expiredNotes() []string {
	if !answeredBySums(a.Question.By, a.Question.Where) {
		return a.Expired.missingNote()
	}
	return a.Expired.note("percentiles are not available")
}
