package optimize

import (
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Document shows expected and actual savings.
func (a *AppliedAnswer) Document() *format.Document {
	table := format.Table{Name: "applied", Empty: "no recommendation before that time", Columns: []format.Column{
		{Key: "calls_of", Header: "Calls of", Wrap: 30},
		{Key: "advice", Header: "Advice", Wrap: 44},
		{Key: "promised_usd", Header: "Expected (USD)", Kind: format.Money},
		{Key: "came_usd", Header: "Actual (USD)", Kind: format.Money},
		{Key: "of_promise", Header: "Of expected", Kind: format.Share},
		{Key: "requests_before", Header: "Requests before", Kind: format.Count},
		{Key: "requests_after", Header: "After", Kind: format.Count},
		{Key: "cost_before_usd", Header: "Cost before (USD)", Kind: format.Money, Wide: true},
		{Key: "cost_after_usd", Header: "Cost after (USD)", Kind: format.Money, Wide: true},
	}}
	promised, all := udecimal.Zero, udecimal.Zero
	for i := range a.Lines {
		l := &a.Lines[i]
		var advice []string
		for k := range l.Advice {
			advice = append(advice, l.Advice[k].Advice)
		}
		row := []any{l.Scope.String(), strings.Join(advice, "; "), nil, nil, nil, l.Before.Calls, l.After.Calls, l.Before.Cost, l.After.Cost}
		if l.Came != nil {
			row[2], row[3] = l.Promised, *l.Came
			promised, all = promised.Add(l.Promised), all.Add(*l.Came)
			if l.Promised.IsPos() {
				row[4] = l.Came.InexactFloat64() / l.Promised.InexactFloat64()
			}
		}
		table.Rows = append(table.Rows, row)
	}
	if len(table.Rows) > 0 {
		table.Total = []any{"Total", nil, promised, all, nil, nil, nil, nil, nil}
	}
	return &format.Document{
		Name: "optimize_applied", Title: "Expected and actual saving", Tables: []format.Table{table},
		Period: format.Period{From: a.After.From, Until: a.After.Until, Zone: a.After.Zone},
		Notes: []string{
			"Expected: the saving that was recommended for the calls before the change, scaled to the number of requests since.",
			"Actual: the requests since at the earlier cost per request, less what they cost. It includes all other changes of that time: `" + a.After.Command("report change") + "` separates the causes.",
		},
	}
}
