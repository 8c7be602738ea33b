package chargeback

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// FOCUSVersion is the version of the FinOps Open Cost and Usage Specification
// that WriteFOCUS follows (focus.finops.org).
const FOCUSVersion = "1.2"

// focusColumns are the specification's 21 mandatory columns, and columns of
// ours, whose names begin with x_ as it asks.
var focusColumns = []string{
	"BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
	"BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass",
	"ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost",
	"EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity",
	"PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName",
	"x_Application", "x_InputTokens", "x_Model", "x_OutputTokens", "x_Team",
}

// focusIssuer bills the departments: the platform, not the vendor.
const focusIssuer = "spanledger chargeback"

// Values the specification allows.
const (
	focusUsage      = "Usage"
	focusAdjustment = "Adjustment"
	focusCorrection = "Correction"
	focusCategory   = "AI and Machine Learning"
)

// focusRow is one charge; what is empty is null.
type focusRow struct {
	department, category, class, description string
	from, until                              time.Time
	cost                                     udecimal.Decimal
	usage                                    *Usage
}

// WriteFOCUS writes the statement as FOCUS billing data: a row for what each
// team used of each model, and a row each for allocation, markup and
// adjustments. BilledCost adds up to the statement's total.
func (s *Statement) WriteFOCUS(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(focusColumns); err != nil {
		return err
	}
	for i := range s.Charges {
		for _, row := range s.focusRows(&s.Charges[i]) {
			if err := out.Write(s.focusRecord(row)); err != nil {
				return err
			}
		}
	}
	for _, a := range s.Adjustments {
		row := focusRow{department: a.Department, category: focusAdjustment, description: a.Reason, cost: a.Amount, from: s.From, until: s.Until}
		if a.Correction {
			row.class = focusCorrection
			if month, err := report.ParseMonth(a.Month, s.period().Zone); err == nil {
				row.from, row.until = month.From, month.Until
			}
		}
		if err := out.Write(s.focusRecord(row)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (s *Statement) focusRows(c *Charge) []focusRow {
	var rows []focusRow
	for i := range c.Usage {
		u := &c.Usage[i]
		rows = append(rows, focusRow{
			department: c.Department, category: focusUsage, description: "LLM calls to " + report.Label(ledger.ByModel, u.Model),
			cost: u.Totals.Cost, usage: u, from: s.From, until: s.Until,
		})
	}
	for _, extra := range []struct {
		description string
		cost        udecimal.Decimal
	}{
		{"Allocation of shared cost", c.Allocated},
		{"Markup", c.Markup},
	} {
		if !extra.cost.IsZero() {
			rows = append(rows, focusRow{
				department: c.Department, category: focusAdjustment, description: extra.description, cost: extra.cost, from: s.From, until: s.Until,
			})
		}
	}
	return rows
}

func (s *Statement) focusRecord(row focusRow) []string {
	instant := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
	account := report.Label(ledger.ByDepartment, row.department)
	cost := row.cost.String()
	quantity, unit, provider := "", "", focusIssuer
	application, model, team, input, output := "", "", "", "", ""
	service := "Chargeback"
	if u := row.usage; u != nil {
		quantity, unit = strconv.FormatInt(u.Totals.Calls, 10), "Requests"
		provider = report.Label(ledger.ByProvider, u.Provider)
		service = provider + " LLM API"
		application, model, team = u.Application, u.Model, u.Team
		input, output = strconv.FormatInt(u.Totals.Input, 10), strconv.FormatInt(u.Totals.Output, 10)
	}
	return []string{
		cost, account, account, s.Currency,
		instant(s.Until), instant(s.From), row.category, row.class,
		row.description, instant(row.until), instant(row.from), cost,
		cost, focusIssuer, cost, quantity,
		unit, provider, provider, focusCategory, service,
		application, input, model, output, team,
	}
}
