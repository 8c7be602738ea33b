package budget

import (
	"fmt"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Statuses is the answer to how a plan stands.
type Statuses []Status

// Document lays the statuses out in the order of the plan.
func (s Statuses) Document() *format.Document {
	table := format.Table{Name: "budgets", Columns: []format.Column{
		{Key: "budget", Header: "Budget"},
		{Key: "scope", Header: "Scope"},
		{Key: "every", Header: "Every"},
		{Key: "state", Header: "State"},
		{Key: "amount_usd", Header: "Amount (USD)", Kind: format.Money},
		{Key: "spent_usd", Header: "Spent", Kind: format.Money},
		{Key: "used", Header: "Used", Kind: format.Share},
		{Key: "bar", Header: "", Kind: format.Bar},
		{Key: "burn_rate", Header: "Burn", Kind: format.Number},
		{Key: "expected_usd", Header: "Expected", Kind: format.Money},
		{Key: "low_usd", Header: "Low", Kind: format.Money, Wide: true},
		{Key: "high_usd", Header: "High", Kind: format.Money, Wide: true},
		{Key: "used_up_in_seconds", Header: "Used up in", Kind: format.Duration},
		{Key: "period_from", Header: "From", Kind: format.Instant, Wide: true},
		{Key: "period_until", Header: "Until", Kind: format.Instant, Wide: true},
	}}
	doc := &format.Document{Name: "budgets", Title: "Budgets"}
	for i := range s {
		b := &s[i]
		table.Rows = append(table.Rows, []any{
			b.Budget.Name, scope(b), string(b.Budget.Every), string(b.State), b.Budget.Amount, b.Spent, b.Used,
			format.Gauge(min(b.Used, 1), 1), b.Burn,
			known(b.Forecast.Expected), known(b.Forecast.Low), known(b.Forecast.High), left(b.Left),
			b.Period.From, b.Period.Until,
		})
		doc.Period.Zone = b.Period.Zone
	}
	doc.Tables = []format.Table{table}
	doc.Notes = []string{
		"Burn: the burn rate of the last 24 hours; at 1.0 the budget is used up exactly at the end of the period. Used up in: the time until the budget is spent at that rate; empty if that is after its period.",
		"States: ok, foreseen (the forecast is above the hard threshold), warning (the soft threshold is reached), exceeded (the hard threshold is reached).",
	}
	for i := range s {
		if n := s[i].Expired.Calls; n > 0 {
			doc.Notes = append(doc.Notes, fmt.Sprintf("%s: %s of the period, or of the weeks before that the forecast uses, %s expired and left out, because the rollups do not have all dimensions of its scope.", s[i].Budget.Name, format.Counted(n, "request"), format.Verb(n, "is", "are")))
		}
	}
	return doc
}

func scope(s *Status) string {
	parts := make([]string, len(s.Budget.Scope))
	for i, c := range s.Budget.Scope {
		parts[i] = report.FormatCondition(c)
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, " ")
}

func known(d *udecimal.Decimal) any {
	if d == nil {
		return nil
	}
	return *d
}

func left(d *time.Duration) any {
	if d == nil {
		return nil
	}
	return *d
}
