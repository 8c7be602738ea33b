package chargeback

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// FOCUSVersion is the version of the FinOps Open Cost and Usage Specification
// (focus.finops.org) that statements are written in where none is asked for:
// it has the names of providers of older versions and of newer ones.
const FOCUSVersion = "1.3"

// FOCUSVersions are all that WriteFOCUS knows, the oldest first. 1.3 adds
// HostProviderName and ServiceProviderName, 1.4 drops ProviderName and
// PublisherName, which they replace, 1.5-preview has a row for each kind of tokens.
var FOCUSVersions = []string{"1.2", "1.3", "1.4", FOCUSPreview}

// focusColumn is one column and how a charge fills it.
type focusColumn struct {
	name     string
	versions []string // nil = all
	value    func(*Statement, *focusRow) string
}

// isNumber reports a column of amounts or counts, which may be negative.
func (c *focusColumn) isNumber() bool {
	return strings.HasSuffix(c.name, "Cost") || strings.HasSuffix(c.name, "Quantity") || strings.HasSuffix(c.name, "Tokens")
}

// focusColumns are, in the order of their names, the specification's mandatory
// columns and those it wants of anyone who measures usage, and then columns of ours,
// whose names begin with x_ as it asks.
var focusColumns = []focusColumn{
	{"BilledCost", nil, focusCost},
	{"BillingAccountId", nil, focusAccount},
	{"BillingAccountName", nil, focusAccount},
	{"BillingCurrency", nil, func(s *Statement, _ *focusRow) string { return s.Currency }},
	{"BillingPeriodEnd", nil, func(s *Statement, _ *focusRow) string { return focusInstant(s.Until) }},
	{"BillingPeriodStart", nil, func(s *Statement, _ *focusRow) string { return focusInstant(s.From) }},
	{"ChargeCategory", nil, func(_ *Statement, r *focusRow) string { return r.category }},
	{"ChargeClass", nil, func(_ *Statement, r *focusRow) string { return r.class }},
	{"ChargeDescription", nil, func(_ *Statement, r *focusRow) string { return r.description }},
	{"ChargePeriodEnd", nil, func(_ *Statement, r *focusRow) string { return focusInstant(r.until) }},
	{"ChargePeriodStart", nil, func(_ *Statement, r *focusRow) string { return focusInstant(r.from) }},
	{"ConsumedQuantity", nil, consumed},
	{"ConsumedUnit", nil, ofUsage(func(*Usage) string { return focusConsumed })},
	{"ContractedCost", nil, focusCost},
	{"EffectiveCost", nil, focusCost},
	{"HostProviderName", []string{"1.3", "1.4", FOCUSPreview}, focusProvider}, // the vendor's own host is not known to be another
	{"InvoiceIssuerName", nil, focusProvider},                                 // the payable invoice for calls is the vendor's; a statement is none
	{"ListCost", nil, focusCost},
	{"PricingQuantity", nil, func(s *Statement, r *focusRow) string {
		if r.tokens != nil {
			return consumed(s, r)
		}
		return calls(s, r)
	}},
	{"PricingUnit", nil, func(s *Statement, r *focusRow) string {
		switch {
		case r.usage == nil:
			return ""
		case r.tokens != nil:
			return focusConsumed
		}
		return focusUnit
	}},
	{"ProviderName", []string{"1.2", "1.3"}, focusProvider},
	{"PublisherName", []string{"1.2", "1.3"}, focusProvider},
	{"ServiceCategory", nil, func(*Statement, *focusRow) string { return focusCategory }},
	{"ServiceName", nil, focusService},
	{"ServiceProviderName", []string{"1.3", "1.4", FOCUSPreview}, focusProvider},
	{"SkuPriceDetails", []string{FOCUSPreview}, func(_ *Statement, r *focusRow) string { return skuPriceDetails(r) }},
	{"x_Application", nil, ofUsage(func(u *Usage) string { return u.Application })},
	{"x_InputTokens", nil, ofUsage(func(u *Usage) string { return strconv.FormatInt(u.Totals.Input, 10) })},
	{"x_Model", nil, ofUsage(func(u *Usage) string { return u.Model })},
	{"x_OutputTokens", nil, ofUsage(func(u *Usage) string { return strconv.FormatInt(u.Totals.Output, 10) })},
	{"x_Team", nil, ofUsage(func(u *Usage) string { return u.Team })},
}

// focusPlatform is who charges what is no call: allocations, markup, adjustments.
const focusPlatform = "spanledger chargeback"

// Values the specification allows.
const (
	focusUsage      = "Usage"
	focusAdjustment = "Adjustment"
	focusCorrection = "Correction"
	focusCategory   = "AI and Machine Learning"
	focusUnit       = "Requests"
	focusConsumed   = "Tokens"
)

// focusRow is one charge; what is empty is null.
type focusRow struct {
	department, category, class, description string
	from, until                              time.Time
	cost                                     udecimal.Decimal
	usage                                    *Usage
	tokens                                   *focusTokens // nil = all kinds of tokens in one row
}

// WriteFOCUS writes the statement as FOCUS billing data of a version: a row for
// what each team used of each model, and a row each for allocation, markup, rounding
// and adjustments. BilledCost adds up to what is billed in US dollars; of a statement
// billed in another currency, to its exact total.
func (s *Statement) WriteFOCUS(w io.Writer, version string) error {
	if !slices.Contains(FOCUSVersions, version) {
		return fmt.Errorf("FOCUS version %q: expected %s", version, strings.Join(FOCUSVersions, ", "))
	}
	columns := slices.DeleteFunc(slices.Clone(focusColumns), func(c focusColumn) bool {
		return c.versions != nil && !slices.Contains(c.versions, version)
	})
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.name
	}
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	write := func(row *focusRow) error {
		record := make([]string, len(columns))
		for i, c := range columns {
			if record[i] = c.value(s, row); !c.isNumber() {
				record[i] = format.NotFormula(record[i])
			}
		}
		return out.Write(record)
	}
	for i := range s.Charges {
		for _, row := range s.focusRows(&s.Charges[i], version) {
			if err := write(&row); err != nil {
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
		if err := write(&row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (s *Statement) focusRows(c *Charge, version string) []focusRow {
	var rows []focusRow
	for i := range c.Usage {
		u := &c.Usage[i]
		row := focusRow{
			department: c.Department, category: focusUsage, description: "LLM calls to " + report.Label(ledger.ByModel, u.Model),
			cost: u.Totals.Cost, usage: u, from: s.From, until: s.Until,
		}
		if version == FOCUSPreview {
			rows = append(rows, row.byTokens()...)
		} else {
			rows = append(rows, row)
		}
	}
	for _, extra := range []struct {
		description string
		cost        udecimal.Decimal
	}{
		{"Allocation of shared cost", c.Allocated},
		{"Markup", c.Markup},
		{"Rounding to cents", s.rounding(c)},
	} {
		if !extra.cost.IsZero() {
			rows = append(rows, focusRow{
				department: c.Department, category: focusAdjustment, description: extra.description, cost: extra.cost, from: s.From, until: s.Until,
			})
		}
	}
	return rows
}

// rounding is the difference between what a department is billed and its exact total. Amounts in another
// currency are no part of these rows, which are in US dollars.
func (s *Statement) rounding(c *Charge) udecimal.Decimal {
	if s.Exchange != nil {
		return udecimal.Zero
	}
	return c.Billed.Sub(c.Total)
}

// consumed counts the tokens of a row, calls its calls.
func consumed(_ *Statement, r *focusRow) string {
	switch {
	case r.usage == nil:
		return ""
	case r.tokens != nil:
		return strconv.FormatInt(r.tokens.count, 10)
	}
	return strconv.FormatInt(r.usage.Totals.Input+r.usage.Totals.Output, 10)
}

func calls(_ *Statement, r *focusRow) string {
	if r.usage == nil {
		return ""
	}
	return strconv.FormatInt(r.usage.Totals.Calls, 10)
}

func focusInstant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func focusCost(_ *Statement, r *focusRow) string { return r.cost.String() }

func focusAccount(_ *Statement, r *focusRow) string {
	return report.Label(ledger.ByDepartment, r.department)
}

// focusProvider is the vendor of the calls; what is no call is the platform's.
func focusProvider(_ *Statement, r *focusRow) string {
	if r.usage == nil {
		return focusPlatform
	}
	return report.Label(ledger.ByProvider, r.usage.Provider)
}

func focusService(s *Statement, r *focusRow) string {
	if r.usage == nil {
		return "Chargeback"
	}
	return focusProvider(s, r) + " LLM API"
}

// ofUsage fills a column that only calls have.
func ofUsage(value func(*Usage) string) func(*Statement, *focusRow) string {
	return func(_ *Statement, r *focusRow) string {
		if r.usage == nil {
			return ""
		}
		return value(r.usage)
	}
}
