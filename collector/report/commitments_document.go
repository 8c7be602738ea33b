package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the shares out.
func (a *CommitmentsAnswer) Document() *format.Document {
	by := a.Question.By
	table := format.Table{Name: "shares", Columns: []format.Column{{Key: "commitment", Header: "Commitment"}}}
	table.Columns = withDimensions(table.Columns, by,
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count},
		format.Column{Key: "cost_usd", Header: "Cost of calls (USD)", Kind: format.Money},
		format.Column{Key: "share_usd", Header: "Share (USD)", Kind: format.Money},
	)
	for i := range a.Lines {
		table.Rows = append(table.Rows, a.Lines[i].values())
	}
	doc := &format.Document{
		Name: "commitments", Title: "Fixed monthly costs by " + phrase(by),
		Period: a.Question.Month.format(), Tables: []format.Table{table},
	}
	doc.Notes = a.Expired.missingNote()
	for i := range a.Unspread {
		c := &a.Unspread[i]
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s, %s USD: not divided, because the month has no call to its models.", c.Name, c.Monthly))
	}
	doc.Notes = append(doc.Notes, fmt.Sprintf("All commitments of the month: %s USD, divided in proportion to tokens. They are in addition to the cost of calls.", a.Total))
	return doc
}

func (l *CommitmentLine) values() []any {
	row := []any{l.Commitment}
	row = appendLabels(row, l.Labels)
	return append(row, l.Calls, CostCell(&ledger.Totals{Calls: l.Calls, Unpriced: l.Unpriced, Cost: l.Cost}), l.Share)
}
