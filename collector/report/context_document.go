package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the parts out.
func (a *ContextAnswer) Document() *format.Document {
	table := format.Table{Name: "context", More: a.More > 0, Empty: "no parts were counted: set otelgenai.WithContextShares"}
	table.Columns = withDimensions(table.Columns, a.Question.By,
		format.Column{Key: "part", Header: "Part", Wide: true},
		format.Column{Key: "what", Header: "Of the context"},
		format.Column{Key: "tool", Header: "Tool or server"},
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count},
		format.Column{Key: "input_tokens", Header: "Input tokens", Kind: format.Count},
		format.Column{Key: "share", Header: "Share", Kind: format.Share},
		format.Column{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
	)
	for i := range a.Groups {
		g := &a.Groups[i]
		for _, part := range g.Parts {
			row := make([]any, 0, len(table.Columns))
			row = appendLabels(row, labels(a.Question.By, g.Key))
			what, tool := contextLabel(part.Name)
			var share any
			if g.Input > 0 {
				share = ratio(part.Tokens, g.Input)
			}
			table.Rows = append(table.Rows, append(row, part.Name, what, tool, part.Calls, part.Tokens, share, part.Cost))
		}
	}
	if len(table.Rows) > 0 {
		calls, tokens, cost := a.sum()
		total := make([]any, len(a.Question.By), len(table.Columns))
		table.Total = append(total, nil, "Total", nil, calls, tokens, nil, cost)
	}
	doc := &format.Document{Name: "context", Title: "Input cost by part of the context", Period: a.Question.Period.format(), Tables: []format.Table{table}}
	if len(a.Question.By) > 0 {
		doc.Title += ", by " + phrase(a.Question.By)
	}
	doc.Notes = append(doc.Notes,
		"The input of a request is divided by bytes, so tokens are an estimate. The parts add up to the input tokens and the input cost of each request, cache included.",
		fmt.Sprintf("Parts were counted in %s of %s of the period (otelgenai.WithContextShares).", format.Grouped(a.Counted), format.Counted(a.Total.Calls, "request")))
	if a.NoCost > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("The input of %s has no separate cost (no price, or one price for the whole call): the tokens are included, the cost is not.", format.Counted(a.NoCost, "request")))
	}
	if a.More > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s more.", format.Counted(int64(a.More), "group")))
	}
	doc.Notes = append(doc.Notes, a.Expired.note("their parts are not known")...)
	return doc
}
