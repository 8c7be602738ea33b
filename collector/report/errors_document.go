package report

import (
	"fmt"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the breakdowns out.
func (a *ErrorsAnswer) Document() *format.Document {
	doc := &format.Document{Name: "errors", Title: "Errors", Period: a.Question.Period.format()}
	if a.Failed.Calls > 0 {
		doc.Title = fmt.Sprintf("Errors: %s of %s", format.Grouped(a.Failed.Calls), format.Counted(a.Total.Calls, "request"))
	}
	doc.Notes = a.Expired.note(fmt.Sprintf("%s of them failed; they are not in the tables, because their errors are not known", format.Grouped(a.Expired.Errors)))
	for i := range a.Breakdowns {
		doc.Tables = append(doc.Tables, a.table(&a.Breakdowns[i]))
		if more := a.Breakdowns[i].More; more > 0 {
			doc.Notes = append(doc.Notes, fmt.Sprintf("%s more by %s.", format.Counted(int64(more), "line"), phrase([]ledger.Dimension{a.Breakdowns[i].By})))
		}
	}
	return doc
}

func (a *ErrorsAnswer) table(b *ErrorBreakdown) format.Table {
	table := format.Table{Name: "errors_by_" + columnKey(b.By), Title: "By " + phrase([]ledger.Dimension{b.By}), Columns: []format.Column{
		{Key: columnKey(b.By), Header: header(b.By)},
		{Key: "errors", Header: "Errors", Kind: format.Count},
		{Key: "share", Header: "Of all errors", Kind: format.Share},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "error_rate", Header: "Error rate", Kind: format.Share},
		{Key: "cost_usd", Header: "Cost of failed (USD)", Kind: format.Money},
		{Key: "average_seconds", Header: "Avg", Kind: format.Duration},
	}}
	ofTypes := b.By == ledger.ByErrorType
	if ofTypes {
		table.Columns = slices.Insert(table.Columns, 1, format.Column{Key: "meaning", Header: "Meaning"})
	}
	for i := range b.Lines {
		l := &b.Lines[i]
		var requests, rate any
		if r, known := l.Rate(); known {
			requests, rate = l.Calls, r
		}
		row := []any{l.Label, l.Failed.Calls, ratio(l.Failed.Calls, a.Failed.Calls), requests, rate, CostCell(&l.Failed), average(&l.Failed)}
		if ofTypes {
			row = slices.Insert(row, 1, any(ErrorMeaning(l.Label)))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
