package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
)

// stepNames are the steps of a change as people read them.
var stepNames = map[string]string{
	stepRequests: "Requests", stepErrors: "Failed requests", stepMix: "Model mix", stepInput: "Prompt length",
	stepCache: "Cache share", stepOutput: "Answer length", stepPrices: "Prices and the rest",
}

// Title is the step as people read it.
func (s *ChangeStep) Title() string { return stepNames[s.Name] }

// stretch is a period in a cell.
func stretch(p Period) string {
	const minute = "2006-01-02 15:04"
	return p.From.In(p.zone()).Format(minute) + " to " + p.Until.In(p.zone()).Format(minute)
}

// Document lays out the steps from the earlier cost to the later one, and the
// groups whose cost changed most.
func (a *ChangeAnswer) Document() *format.Document {
	steps := format.Table{Name: "steps", Columns: []format.Column{
		{Key: "step", Header: "Step"},
		{Key: "change_usd", Header: "Change (USD)", Kind: format.Money},
		{Key: "text", Header: "What changed"},
	}}
	before, after := a.Before.Totals.Cost, a.After.Totals.Cost
	steps.Rows = append(steps.Rows, []any{"Before", before, stretch(a.Question.Before)})
	for _, s := range a.Steps {
		steps.Rows = append(steps.Rows, []any{stepNames[s.Name], s.Amount, s.Text})
	}
	steps.Total = []any{"After", after, stretch(a.Question.After)}

	movers := format.Table{Name: "movers", Title: "Largest changes by " + phrase(a.Question.By)}
	movers.Columns = withDimensions(movers.Columns, a.Question.By,
		format.Column{Key: "change_usd", Header: "Change (USD)", Kind: format.Money},
		format.Column{Key: "before_usd", Header: "Before", Kind: format.Money},
		format.Column{Key: "after_usd", Header: "After", Kind: format.Money},
	)
	if a.Before.Totals.Calls+a.After.Totals.Calls > 0 {
		movers.Empty = "no cost changed"
	}
	for i := range a.Movers {
		m := &a.Movers[i]
		var row []any
		row = appendLabels(row, m.Labels)
		movers.Rows = append(movers.Rows, append(row, m.Change(), m.Before.Cost, m.After.Cost))
	}
	return &format.Document{
		Name: "change", Title: fmt.Sprintf("Change of the cost: %s USD", a.Change()), Period: a.Question.After.format(),
		Tables: []format.Table{steps, movers}, Notes: a.Notes,
	}
}
