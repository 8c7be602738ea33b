package chargeback

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
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
	exchange bool     // only where calls are billed in another currency than they are priced in
	value    func(*Statement, *focusRow) string
}

// isNumber reports a column of amounts or counts, which may be negative.
func (c *focusColumn) isNumber() bool {
	return strings.HasSuffix(c.name, "Cost") || strings.HasSuffix(c.name, "Quantity") || strings.HasSuffix(c.name, "Tokens") || strings.HasSuffix(c.name, "Calls")
}

// focusColumns are, in the order of their names, the specification's mandatory
// columns and those it wants of anyone who measures usage, and then columns of ours,
// whose names begin with x_ as it asks.
var focusColumns = []focusColumn{
	{name: "BilledCost", value: focusCost},
	{name: "BillingAccountId", value: focusAccount},
	{name: "BillingAccountName", value: focusAccount},
	{name: "BillingCurrency", value: func(s *Statement, _ *focusRow) string { return s.BillingCurrency() }},
	{name: "BillingPeriodEnd", value: func(s *Statement, _ *focusRow) string { return focusInstant(s.Until) }},
	{name: "BillingPeriodStart", value: func(s *Statement, _ *focusRow) string { return focusInstant(s.From) }},
	{name: "ChargeCategory", value: func(_ *Statement, r *focusRow) string { return r.category }},
	{name: "ChargeClass", value: func(_ *Statement, r *focusRow) string { return r.class }},
	{name: "ChargeDescription", value: func(_ *Statement, r *focusRow) string { return r.description }},
	{name: "ChargePeriodEnd", value: func(_ *Statement, r *focusRow) string { return focusInstant(r.until) }},
	{name: "ChargePeriodStart", value: func(_ *Statement, r *focusRow) string { return focusInstant(r.from) }},
	{name: "ConsumedQuantity", value: consumed},
	{name: "ConsumedUnit", value: ofUsage(func(*Usage) string { return focusConsumed })},
	{name: "ContractedCost", value: focusCost},
	{name: "EffectiveCost", value: focusCost},
	{name: "HostProviderName", versions: []string{"1.3", "1.4", FOCUSPreview}, value: focusProvider}, // the vendor's own host is not known to be another
	{name: "InvoiceIssuerName", value: focusProvider},                                                // the payable invoice for calls is the vendor's; a statement is none
	{name: "ListCost", value: focusCost},
	{name: "PricingCurrency", exchange: true, value: func(s *Statement, _ *focusRow) string { return s.Currency }},
	{name: "PricingCurrencyEffectiveCost", exchange: true, value: func(_ *Statement, r *focusRow) string { return r.priced.String() }},
	{name: "PricingQuantity", value: func(s *Statement, r *focusRow) string {
		if r.tokens != nil {
			return consumed(s, r)
		}
		return calls(s, r)
	}},
	{name: "PricingUnit", value: func(s *Statement, r *focusRow) string {
		switch {
		case r.usage == nil:
			return ""
		case r.tokens != nil:
			return focusConsumed
		}
		return focusUnit
	}},
	{name: "ProviderName", versions: []string{"1.2", "1.3"}, value: focusProvider},
	{name: "PublisherName", versions: []string{"1.2", "1.3"}, value: focusProvider},
	{name: "ServiceCategory", value: func(*Statement, *focusRow) string { return focusCategory }},
	{name: "ServiceName", value: focusService},
	{name: "ServiceProviderName", versions: []string{"1.3", "1.4", FOCUSPreview}, value: focusProvider},
	{name: "SkuPriceDetails", versions: []string{FOCUSPreview}, value: func(_ *Statement, r *focusRow) string { return skuPriceDetails(r) }},
	{name: "x_Application", value: ofUsage(func(u *Usage) string { return u.Application })},
	{name: "x_InputTokens", value: ofUsage(func(u *Usage) string { return strconv.FormatInt(u.Totals.Input, 10) })},
	{name: "x_Model", value: ofUsage(func(u *Usage) string { return u.Model })},
	{name: "x_OutputTokens", value: ofUsage(func(u *Usage) string { return strconv.FormatInt(u.Totals.Output, 10) })},
	{name: "x_Team", value: ofUsage(func(u *Usage) string { return u.Team })},
	{name: "x_UnpricedCalls", value: ofUsage(func(u *Usage) string { return strconv.FormatInt(u.Totals.Unpriced, 10) })},
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
	cost                                     udecimal.Decimal // in the billing currency
	priced                                   udecimal.Decimal // in US dollars
	usage                                    *Usage
	tokens                                   *focusTokens // nil = all kinds of tokens in one row
}

// WriteFOCUS writes the statement as FOCUS billing data of a version: a row for
// what each team used of each model, and a row each for allocation, markup, rounding
// and adjustments. Amounts are in the currency that is billed, and BilledCost adds up to
// what is billed.
func (s *Statement) WriteFOCUS(w io.Writer, version string) error {
	if !slices.Contains(FOCUSVersions, version) {
		return fmt.Errorf("FOCUS version %q: expected %s", version, strings.Join(FOCUSVersions, ", "))
	}
	columns := slices.DeleteFunc(slices.Clone(focusColumns), func(c focusColumn) bool {
		return c.versions != nil && !slices.Contains(c.versions, version) || c.exchange && s.Exchange == nil
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
		row := focusRow{department: a.Department, category: focusAdjustment, description: a.Reason, cost: s.exchanged(a.Amount, a.Rate), priced: a.Amount, from: s.From, until: s.Until}
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
			cost: s.exchanged(u.Totals.Cost, nil), priced: u.Totals.Cost, usage: u, from: s.From, until: s.Until,
		}
		if version == FOCUSPreview {
			rows = append(rows, row.byTokens()...)
		} else {
			rows = append(rows, row)
		}
	}
	for _, extra := range []struct {
		description string
		priced      udecimal.Decimal
	}{
		{"Allocation of shared cost", c.Allocated},
		{"Markup", c.Markup},
	} {
		if !extra.priced.IsZero() {
			row := s.focusAdjustment(c, extra.description)
			row.cost, row.priced = s.exchanged(extra.priced, nil), extra.priced
			rows = append(rows, row)
		}
	}
	units, _ := unitNames(s.BillingCurrency())
	rounding := s.focusAdjustment(c, "Rounding to "+units)
	if rounding.cost = s.rounding(c, rows); s.Exchange == nil {
		rounding.priced = rounding.cost
	}
	if !rounding.cost.IsZero() {
		rows = append(rows, rounding)
	}
	return rows
}

func (s *Statement) focusAdjustment(c *Charge, description string) focusRow {
	return focusRow{department: c.Department, category: focusAdjustment, description: description, from: s.From, until: s.Until}
}

// exchanged is an amount in US dollars in the currency that is billed: at its own rate,
// else at that of the month, rounded to the ledger's scale.
func (s *Statement) exchanged(dollars udecimal.Decimal, rate *udecimal.Decimal) udecimal.Decimal {
	switch {
	case s.Exchange == nil:
		return dollars
	case rate == nil:
		rate = &s.Exchange.Rate
	}
	return udecimal.MustParse(new(big.Rat).Mul(rational(dollars), rational(*rate)).FloatString(ledger.Scale))
}

// rounding is the difference between what a department is billed and its rows, with
// those of its adjustments. In another currency than US dollars, it has what each row lost
// beyond the ledger's scale.
func (s *Statement) rounding(c *Charge, rows []focusRow) udecimal.Decimal {
	rest := c.Billed
	for i := range rows {
		rest = rest.Sub(rows[i].cost)
	}
	for _, a := range s.Adjustments {
		if a.Department == c.Department {
			rest = rest.Sub(s.exchanged(a.Amount, a.Rate))
		}
	}
	return rest
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
