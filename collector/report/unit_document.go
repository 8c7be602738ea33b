package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the lines out.
func (a *UnitAnswer) Document() *format.Document {
	by := a.Question.By
	doc := &format.Document{Name: "unit", Title: "Cost per " + a.Question.Outcome, Period: a.Question.Period.format()}
	if len(by) > 0 {
		doc.Title += " by " + phrase(by)
	}
	table := format.Table{Name: "lines", More: a.More}
	table.Columns = withDimensions(table.Columns, by,
		format.Column{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count},
		format.Column{Key: "outcomes", Header: "Outcomes", Kind: format.Count},
		format.Column{Key: "accepted", Header: "Accepted", Kind: format.Count},
		format.Column{Key: "acceptance", Header: "Accepted %", Kind: format.Share, Spare: 1},
		format.Column{Key: "cost_per_accepted_usd", Header: "Cost/accepted", Kind: format.Money},
		format.Column{Key: "accepted_value", Header: "Value accepted", Kind: format.Decimal, Spare: 2},
		format.Column{Key: "unpriced", Header: "Unpriced", Kind: format.Count, Wide: true},
	)
	if a.Question.Revenue != nil {
		table.Columns = append(table.Columns,
			format.Column{Key: "revenue_usd", Header: "Revenue (USD)", Kind: format.Money},
			format.Column{Key: "margin_usd", Header: "Margin (USD)", Kind: format.Money},
			format.Column{Key: "margin", Header: "Margin", Kind: format.Share},
		)
	}
	for i := range a.Lines {
		table.Rows = append(table.Rows, a.row(&a.Lines[i]))
	}
	total := a.Total
	total.Labels = make([]string, len(by))
	switch {
	case len(by) == 0 && total.Totals.Calls+total.Outcomes.Results > 0:
		table.Rows = append(table.Rows, a.row(&total))
	case len(table.Rows) > 0:
		total.Labels[0] = "Total"
		table.Total = a.row(&total)
	}
	doc.Tables = []format.Table{table}
	doc.Notes = append(doc.Notes,
		"The cost includes all calls of the period, also those of runs without an outcome. An outcome counts in the period of its first call, however late it arrived.")
	if note := a.noOutcome(); note != "" {
		doc.Notes = append(doc.Notes, note)
	}
	if n := a.Total.Outcomes.Unknown; n > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s of calls outside the ledger: counted at the time of the outcome.", format.Counted(n, "outcome")))
	}
	doc.Notes = append(doc.Notes, gaps(&a.Total.Totals, a.Question.Period, a.Question.Where)...)
	doc.Notes = append(doc.Notes, a.Expired.note("their cost and outcomes are not counted")...)
	return doc
}

// maxNamed bounds the names in a note.
const maxNamed = 10

// noOutcome says that there is no outcome of the name, and which names there are.
func (a *UnitAnswer) noOutcome() string {
	names := a.Recorded
	switch {
	case a.Total.Outcomes.Results > 0:
		return ""
	case len(names) == 0:
		return fmt.Sprintf("No outcome %q in this period: none is recorded.", a.Question.Outcome)
	case slices.Contains(names, a.Question.Outcome):
		return fmt.Sprintf("No outcome %q in this period matches the filter.", a.Question.Outcome)
	case len(names) > maxNamed:
		names = append(slices.Clone(names[:maxNamed]), "...")
	}
	return fmt.Sprintf("No outcome %q in this period; recorded are: %s.", a.Question.Outcome, strings.Join(names, ", "))
}

func (a *UnitAnswer) row(l *UnitLine) []any {
	row := make([]any, 0, len(l.Labels)+11)
	row = appendLabels(row, l.Labels)
	var acceptance any
	if l.Outcomes.Results > 0 {
		acceptance = ratio(l.Outcomes.Passed, l.Outcomes.Results)
	}
	row = append(row, CostCell(&l.Totals), l.Totals.Calls, l.Outcomes.Results, l.Outcomes.Passed, acceptance,
		decimalCell(l.CostPerOutcome()), l.Outcomes.PassedValue, l.Totals.Unpriced)
	if a.Question.Revenue == nil {
		return row
	}
	margin := l.Margin()
	var part any
	if margin != nil && l.Revenue.IsPos() {
		part = share(*margin, *l.Revenue)
	}
	return append(row, *l.Revenue, decimalCell(margin), part)
}
