package chargeback

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the statement out: departments, then teams and applications
// below them, then what is not a call.
func (s *Statement) Document() *format.Document {
	doc := &format.Document{
		Name: "chargeback", Title: "Chargeback " + s.Month, Period: s.period(),
		Tables: []format.Table{s.departments(), s.teams()},
		Notes:  s.notes(),
	}
	if s.department != "" {
		doc.Title += ": " + s.department
	}
	if len(s.Adjustments) > 0 {
		doc.Tables = append(doc.Tables, s.adjustments())
	}
	return doc
}

func (s *Statement) period() format.Period {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	return format.Period{From: s.From, Until: s.Until, Zone: zone}
}

func (s *Statement) departments() format.Table {
	table := format.Table{Name: "departments", Columns: []format.Column{
		{Key: "department", Header: "Department"},
		{Key: "billed", Header: "Billed (" + s.BillingCurrency() + ")", Kind: payable(s.BillingCurrency())},
		{Key: "total_usd", Header: "Total (USD)", Kind: format.Money},
		{Key: "share", Header: "Share", Kind: format.Share, Spare: 2},
		{Key: "own_cost_usd", Header: "Own cost", Kind: format.Money},
		{Key: "allocated_usd", Header: "Allocated", Kind: format.Money},
		{Key: "markup_usd", Header: "Markup", Kind: format.Money},
		{Key: "adjusted_usd", Header: "Adjusted", Kind: format.Money},
		{Key: "requests", Header: "Requests", Kind: format.Count, Spare: 1},
		{Key: "average_cost_usd", Header: "Avg/request", Kind: format.Money, Spare: 4},
		{Key: "input_tokens", Header: "Input", Kind: format.Count, Spare: 3},
		{Key: "output_tokens", Header: "Output", Kind: format.Count, Spare: 3},
		{Key: "unpriced", Header: "Unpriced", Kind: format.Count},
	}}
	if s.Ledger.NanoCredits > 0 {
		table.Columns = append(table.Columns, report.CreditsColumn)
	}
	if s.Exchange != nil {
		table.Columns = append(table.Columns, format.Column{Key: "billed_currency", Header: "Currency", Wide: true}) // for people it is a header
	}
	total := Charge{Totals: s.Ledger, Total: s.Total, Billed: s.Billed}
	for i := range s.Charges {
		c := &s.Charges[i]
		label := report.Label(ledger.ByDepartment, c.Department)
		if c.Shared && c.Department != "" {
			label += " (shared)"
		}
		table.Rows = append(table.Rows, s.row(label, c, report.CostCell(&c.Totals)))
		total.Allocated = total.Allocated.Add(c.Allocated)
		total.Markup = total.Markup.Add(c.Markup)
		total.Adjusted = total.Adjusted.Add(c.Adjusted)
	}
	if len(table.Rows) > 0 {
		table.Total = s.row("Total", &total, s.Ledger.Cost)
	}
	return table
}

func (s *Statement) row(label string, c *Charge, own any) []any {
	line := report.CostLine{Totals: c.Totals}
	var average any
	if cost := line.AverageCost(); cost != nil {
		average = *cost
	}
	row := []any{
		label, c.Billed, c.Total, share(c.Total, s.Total), own, c.Allocated, c.Markup, c.Adjusted,
		c.Totals.Calls, average, c.Totals.Input, c.Totals.Output, c.Totals.Unpriced,
	}
	row = s.withCredits(row, &c.Totals)
	if s.Exchange != nil {
		row = append(row, s.BillingCurrency())
	}
	return row
}

// withCredits adds the column of credits, which few ledgers have.
func (s *Statement) withCredits(row []any, t *ledger.Totals) []any {
	if s.Ledger.NanoCredits == 0 {
		return row
	}
	return append(row, report.Credits(t))
}

func share(part, whole udecimal.Decimal) float64 {
	if whole.IsZero() {
		return 0
	}
	return part.InexactFloat64() / whole.InexactFloat64()
}

// teams breaks the departments' own cost down.
func (s *Statement) teams() format.Table {
	table := format.Table{Name: "teams", Title: "Own cost by team and application", Columns: []format.Column{
		{Key: "department", Header: "Department"},
		{Key: "team", Header: "Team"},
		{Key: "application", Header: "Application"},
		{Key: "cost_usd", Header: "Own cost (USD)", Kind: format.Money},
		{Key: "share_of_department", Header: "Of department", Kind: format.Share},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "output_tokens", Header: "Output", Kind: format.Count},
	}}
	if s.Ledger.NanoCredits > 0 {
		table.Columns = append(table.Columns, report.CreditsColumn)
	}
	type key struct{ team, application string }
	for i := range s.Charges {
		c := &s.Charges[i]
		sums := map[key]ledger.Totals{}
		var order []key
		for j := range c.Usage {
			k := key{c.Usage[j].Team, c.Usage[j].Application}
			if _, known := sums[k]; !known {
				order = append(order, k)
			}
			sums[k] = sums[k].Add(c.Usage[j].Totals)
		}
		rowsort.Func(order, func(a, b key) int {
			return cmp.Or(sums[b].Cost.Cmp(sums[a].Cost), cmp.Compare(a.team, b.team), cmp.Compare(a.application, b.application))
		})
		for _, k := range order {
			t := sums[k]
			table.Rows = append(table.Rows, s.withCredits([]any{
				report.Label(ledger.ByDepartment, c.Department), report.Label(ledger.ByTeam, k.team), report.Label(ledger.ByApplication, k.application),
				report.CostCell(&t), share(t.Cost, c.Totals.Cost), t.Calls, t.Input, t.Output,
			}, &t))
		}
	}
	return table
}

func (s *Statement) adjustments() format.Table {
	table := format.Table{Name: "adjustments", Title: "Adjustments", Columns: []format.Column{
		{Key: "month", Header: "Month"},
		{Key: "department", Header: "Department"},
		{Key: "amount_usd", Header: "Amount (USD)", Kind: format.Money},
		{Key: "reason", Header: "Reason"},
	}}
	for _, a := range s.Adjustments {
		table.Rows = append(table.Rows, []any{a.Month, report.Label(ledger.ByDepartment, a.Department), a.Amount, a.Reason})
	}
	return table
}

// billedNote states how exact amounts become payable ones.
func (s *Statement) billedNote() string {
	units, one := unitNames(s.BillingCurrency())
	note := "Billed amounts are rounded to " + units + " so that they add up to the rounded total: each is rounded down, then " + one + " is added to each of the largest remainders until the sum is reached."
	if s.Exchange == nil {
		return note
	}
	return fmt.Sprintf("One US dollar is %s %s, the rate published %s; corrections are converted at the rate of their month. ", s.Exchange.Rate, s.Exchange.Currency, s.Exchange.Date) + note
}

// notes state the rule and what the statement rests on.
func (s *Statement) notes() []string {
	of := "month"
	if s.department != "" {
		of = "department in the month"
	}
	notes := []string{fmt.Sprintf("The ledger holds %s of the %s for %s %s; the own costs add up to it exactly.", format.Counted(s.Ledger.Calls, "call"), of, s.Ledger.Cost, s.Currency)}
	switch s.Rules.Allocate {
	case Proportional:
		notes = append(notes, "The cost of shared departments and of calls without one is allocated in proportion to own cost.")
	case Even:
		notes = append(notes, "The cost of shared departments and of calls without one is allocated evenly.")
	case Shares:
		notes = append(notes, "The cost of shared departments and of calls without one is allocated by fixed shares.")
	default:
		if s.Rules.none() {
			notes = append(notes, "No rules are used: there is no shared cost, no markup and no adjustment.")
		}
		notes = append(notes, "The cost of shared departments and of calls without one is listed, not allocated.")
	}
	if s.Ledger.NanoCredits > 0 {
		notes = append(notes, "AI credits are GitHub's own unit: they are listed, and are no part of any amount.")
	}
	if s.Ledger.Unpriced > 0 {
		notes = append(notes, fmt.Sprintf("Calls without a price, which are not charged: %s.", format.Grouped(s.Ledger.Unpriced)))
	}
	if s.Ledger.Invalid > 0 {
		notes = append(notes, fmt.Sprintf("Calls with impossible usage, which are not charged: %s.", format.Grouped(s.Ledger.Invalid)))
	}
	if slices.ContainsFunc(s.Adjustments, func(a Adjustment) bool { return a.Correction }) {
		notes = append(notes, "Corrections of closed months are at cost, without markup; those of shared cost are passed on to those who paid it.")
	}
	notes = append(notes, s.billedNote())
	if old := s.OldRate(time.Now()); old != "" {
		notes = append(notes, old)
	}
	if unknown := s.unknown(); len(unknown) > 0 && s.department == "" {
		notes = append(notes, "Check the rules: "+strings.Join(unknown, "; ")+" in the month.")
	}
	for _, n := range s.Trail {
		notes = append(notes, fmt.Sprintf("A statement closed %s was cancelled %s by credit note %d of %s %s: %s",
			n.ClosedAt.UTC().Format(time.RFC3339), n.At.UTC().Format(time.RFC3339), n.Number, n.Total.StringFixed(uint8(smallestUnit(n.Currency))), n.Currency, n.Reason))
	}
	if s.ClosedAt != nil {
		return append(notes, "Closed "+s.ClosedAt.Format(time.RFC3339)+".")
	}
	return append(notes, "Open: figures change until the month is closed.")
}
