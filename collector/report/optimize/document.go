package optimize

import (
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the recommendations out.
func (a *Answer) Document() *format.Document {
	q := &a.Question
	doc := &format.Document{
		Name: "optimize", Title: "Possible savings",
		Period: format.Period{From: q.Period.From, Until: q.Period.Until, Zone: q.Period.Zone},
	}
	table := format.Table{Name: "recommendations", Empty: "nothing to recommend", Columns: []format.Column{
		{Key: "saving_usd", Header: "Saving (USD)", Kind: format.Money},
		{Key: "of_cost", Header: "Of cost", Kind: format.Share},
		{Key: "confidence", Header: "Confidence"},
		{Key: "calls_of", Header: "Calls of", Wrap: 30},
		{Key: "advice", Header: "Advice", Wrap: 36},
		{Key: "evidence", Header: "Evidence", Wrap: 44},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money, Wide: true},
		{Key: "rule", Header: "Rule", Wide: true},
		{Key: "in_total", Header: "In total"},
		{Key: "application", Header: "Application", Wide: true},
		{Key: "agent", Header: "Agent", Wide: true},
		{Key: "provider", Header: "Provider", Wide: true},
		{Key: "model", Header: "Model", Wide: true},
		{Key: "operation", Header: "Operation", Wide: true},
	}}
	for i := range a.Recommendations {
		r := &a.Recommendations[i]
		inTotal := "yes"
		if !r.Counted {
			inTotal = "no"
		}
		table.Rows = append(table.Rows, []any{
			r.Saving, ofCost(r), string(r.Confidence), r.Subject.String(), r.Advice, r.Evidence,
			r.Requests, r.Cost, r.Rule, inTotal,
			r.Subject.Application, r.Subject.Agent, r.Subject.Provider, r.Subject.Model, r.Subject.Operation,
		})
	}
	projection := format.Table{Name: "projection", Title: "Together", Columns: []format.Column{
		{Key: "spent_usd", Header: "Spent (USD)", Kind: format.Money},
		{Key: "saving_usd", Header: "Saving (USD)", Kind: format.Money},
		{Key: "weekly_usd", Header: "A week", Kind: format.Money},
		{Key: "yearly_usd", Header: "A year", Kind: format.Money},
	}}
	evaluated := fmt.Sprintf("Evaluated: groups with %s or more.", format.Counted(q.Settings.MinCalls, "call"))
	if a.TooFew > 0 {
		evaluated += fmt.Sprintf(" Not evaluated, too few calls: %s with %s.", format.Counted(a.TooFew, "kind"), format.Counted(a.TooFewCalls, "call"))
	}
	doc.Notes = append(doc.Notes, evaluated)
	if len(table.Rows) == 0 {
		doc.Tables = []format.Table{table}
		return doc
	}
	projection.Rows = [][]any{{a.Spent.Cost, a.Saving, a.Weekly(), a.Yearly()}}
	doc.Tables = []format.Table{table, projection}
	doc.Notes = append(doc.Notes,
		"Savings are estimates from list prices and the average call. If several recommendations concern the same calls, the total includes only the largest.")
	return doc
}

// ofCost is the share of its calls' cost that a recommendation saves.
func ofCost(r *Recommendation) float64 {
	share, err := r.Saving.Div(r.Cost)
	if err != nil {
		return 0
	}
	return share.InexactFloat64()
}

// String names the calls: "intake-bot, agent writer, gpt-5 of openai (chat)".
func (s Subject) String() string {
	var parts []string
	if s.Application != "" {
		parts = append(parts, s.Application)
	}
	if s.Agent != "" {
		parts = append(parts, "agent "+s.Agent)
	}
	if s.Model != "" {
		model := s.Model
		if s.Provider != "" {
			model += " of " + s.Provider
		}
		if s.Operation != "" {
			model += " (" + s.Operation + ")"
		}
		parts = append(parts, model)
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, ", ")
}
