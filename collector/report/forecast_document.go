package report

import (
	"fmt"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the forecast out.
func (a *ForecastAnswer) Document() *format.Document {
	by := a.Question.By
	table := format.Table{Name: "lines"}
	table.Columns = withDimensions(table.Columns, by,
		format.Column{Key: "spent_usd", Header: "Spent (USD)", Kind: format.Money},
		format.Column{Key: "expected_usd", Header: "Expected total", Kind: format.Money},
		format.Column{Key: "low_usd", Header: "Low", Kind: format.Money},
		format.Column{Key: "high_usd", Header: "High", Kind: format.Money},
		format.Column{Key: "history_days", Header: "Days of history", Kind: format.Count},
	)
	row := func(l *ForecastLine) []any {
		return append(appendLabels(nil, l.Labels), l.Spent, estimate(l.Expected), estimate(l.Low), estimate(l.High), int64(l.HistoryDays))
	}
	for i := range a.Lines {
		table.Rows = append(table.Rows, row(&a.Lines[i]))
	}
	total := a.Total
	total.Labels = make([]string, len(by))
	if len(by) == 0 {
		table.Rows = append(table.Rows, row(&total))
	} else if len(table.Rows) > 0 {
		total.Labels[0] = "Total"
		table.Total = row(&total)
	}
	doc := &format.Document{Name: "forecast", Title: "Forecast", Period: a.Question.Period.format(), Tables: []format.Table{table}}
	if len(by) > 0 {
		doc.Title += " by " + phrase(by)
	}
	doc.Notes = append(a.Expired.missingNote(),
		fmt.Sprintf("Expected: each remaining day costs the average of that weekday in up to %d days; with a probability of 80 %% it ends between low and high.", historyDays))
	if a.Total.Expected == nil {
		doc.Notes = append(doc.Notes, fmt.Sprintf("There is too little history for a forecast: %d whole days, %d are needed.", a.Total.HistoryDays, minHistoryDays))
	}
	return doc
}

func estimate(d *udecimal.Decimal) any {
	if d == nil {
		return nil
	}
	return *d
}
