package report

import (
	"fmt"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the lines out.
func (a *QualityAnswer) Document() *format.Document {
	doc := &format.Document{Name: "quality", Title: "Quality", Period: a.Question.Period.format()}
	by := a.Question.By
	if len(by) > 0 {
		doc.Title += " by " + phrase(by)
	}
	table := format.Table{Name: "lines", More: a.More, Empty: "no evaluations in this period"}
	table.Columns = withDimensions(table.Columns, by,
		format.Column{Key: "evaluation", Header: "Evaluation"},
		format.Column{Key: "evaluations", Header: "n", Kind: format.Count},
		format.Column{Key: "mean_score", Header: "Mean score", Kind: format.Decimal},
		format.Column{Key: "judged", Header: "Judged", Kind: format.Count, Spare: 3},
		format.Column{Key: "passed", Header: "Passed", Kind: format.Count},
		format.Column{Key: "pass_rate", Header: "Pass rate", Kind: format.Share},
		format.Column{Key: "pass_rate_low", Header: "95% from", Kind: format.Share, Spare: 2},
		format.Column{Key: "pass_rate_high", Header: "to", Kind: format.Share, Spare: 1},
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count, Wide: true},
		format.Column{Key: "cost_usd", Header: "Their cost (USD)", Kind: format.Money, Spare: 4},
		format.Column{Key: "cost_per_pass_usd", Header: "Cost/pass", Kind: format.Money},
		format.Column{Key: "errors", Header: "Errors", Kind: format.Count, Wide: true},
		format.Column{Key: "unknown", Header: "Without call", Kind: format.Count, Wide: true},
	)
	var errors, unknown, open, unpriced int64
	for i := range a.Lines {
		l := &a.Lines[i]
		errors, unknown, open, unpriced = errors+l.Errors, unknown+l.Unknown, open+l.Results-l.Errors-l.Judged, unpriced+l.Unpriced
		row := make([]any, 0, len(table.Columns))
		row = appendLabels(row, l.Labels)
		var rate, low, high any
		if share, from, to, ok := l.Passed95(); ok {
			rate, low, high = share, from, to
		}
		table.Rows = append(table.Rows, append(row, l.Name, l.Results, decimalCell(l.Mean()), l.Judged, l.Passed, rate, low, high,
			l.Calls, decimalCell(l.KnownCost()), decimalCell(l.CostPerPass()), l.Errors, l.Unknown))
	}
	doc.Tables = []format.Table{table}
	if len(a.Lines) > 0 {
		doc.Notes = append(doc.Notes,
			"An evaluation counts in the period of its calls, however late it arrived. Cost per pass is the cost of all evaluated calls, each counted once, divided by the number that passed.")
	}
	if open > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s with only a score, or with a label that means neither, did not pass or fail: set --pass-from to the score from which an evaluation passes.", format.Counted(open, "evaluation")))
	}
	if errors > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s failed without a result.", format.Counted(errors, "evaluation")))
	}
	if unknown > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s of calls outside the ledger: counted at the time of the evaluation, without cost.", format.Counted(unknown, "evaluation")))
	}
	if unpriced > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("The cost does not include %s with an evaluation, because no price is known.", format.Counted(unpriced, "request")))
	}
	doc.Notes = append(doc.Notes, a.Expired.note("evaluations of them are not counted")...)
	return doc
}

// decimalCell is nil for a value no one knows.
func decimalCell(d *udecimal.Decimal) any {
	if d == nil {
		return nil
	}
	return *d
}
