package chargeback

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// Exchange is the rate that a statement is billed at. It stays with its month.
type Exchange struct {
	Currency string           `json:"currency"`  // that departments are billed in
	Rate     udecimal.Decimal `json:"rate"`      // of it for one US dollar
	Date     string           `json:"published"` // 2026-10-30
}

// rateDecimals of a rate: the reference rates have five significant digits.
const rateDecimals = 10

// maxRateAge is how long before the end of a month its last rate may be published:
// longer than any row of holidays.
const maxRateAge = 7 * 24 * time.Hour

// Rates are dated exchange rates, such as the euro foreign exchange reference rates
// of the European Central Bank.
type Rates struct{ days []rateDay }

// rateDay holds units of each currency for one euro.
type rateDay struct {
	date  time.Time
	units map[string]udecimal.Decimal
}

// rateLayouts are the dates of the file of all days and of that of the last.
var rateLayouts = []string{time.DateOnly, "2 January 2006"}

// ReadRates reads rates in the CSV form of the European Central Bank
// (eurofxref-hist.csv or eurofxref.csv): a column for each currency, in units for one
// euro, and a row for each day.
func ReadRates(r io.Reader) (*Rates, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("exchange rates: %w", err)
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	header, err := in.Read()
	if err != nil || len(header) < 2 || strings.TrimSpace(header[0]) != "Date" {
		return nil, errors.New("exchange rates: expected the CSV of the European Central Bank, whose first line is Date, USD, JPY and more currencies")
	}
	rates := &Rates{}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("exchange rates: %w", err)
		}
		line, _ := in.FieldPos(0)
		day := rateDay{units: map[string]udecimal.Decimal{"EUR": udecimal.MustFromInt64(1, 0)}}
		if day.date, err = rateDate(strings.TrimSpace(record[0])); err != nil {
			return nil, fmt.Errorf("exchange rates: line %d: %w", line, err)
		}
		for i, cell := range record[1:] {
			cell = strings.TrimSpace(cell)
			if cell == "" || cell == "N/A" || i+1 >= len(header) {
				continue
			}
			value, err := udecimal.Parse(cell)
			if err != nil || !value.IsPos() || value.Prec() > ledger.Scale {
				return nil, fmt.Errorf("exchange rates: line %d, %s: %q is not a rate: expected a decimal number above 0 with at most %d decimals", line, strings.TrimSpace(header[i+1]), cell, ledger.Scale)
			}
			day.units[strings.TrimSpace(header[i+1])] = value
		}
		rates.days = append(rates.days, day)
	}
	if len(rates.days) == 0 {
		return nil, errors.New("exchange rates: the file has no rates")
	}
	rowsort.Func(rates.days, func(a, b rateDay) int { return a.date.Compare(b.date) })
	return rates, nil
}

func rateDate(text string) (time.Time, error) {
	for _, layout := range rateLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date such as 2026-10-30", text)
}

// Until is the last rate of a currency that was published before an instant.
func (r *Rates) Until(currency string, until time.Time) (*Exchange, error) {
	for i := len(r.days) - 1; i >= 0; i-- {
		day := &r.days[i]
		dollars, hasDollar := day.units["USD"]
		units, known := day.units[currency]
		if !day.date.Before(until) || !hasDollar || !known {
			continue
		}
		rate := new(big.Rat).Quo(rational(units), rational(dollars))
		exchange := &Exchange{Currency: currency, Rate: udecimal.MustParse(rate.FloatString(rateDecimals)), Date: day.date.Format(time.DateOnly)}
		if exchange.Rate.IsZero() {
			return nil, fmt.Errorf("exchange rates: %s: %s %s for %s USD is less than can be billed: correct these rates", exchange.Date, units, currency, dollars)
		}
		return exchange, nil
	}
	return nil, fmt.Errorf("exchange rates: no rate of %s and USD in the days before %s: add these days, or use another currency", currency, until.Format(time.DateOnly))
}

// exchange gives the rate that a month is billed at: the last rate published in it or before,
// nil for US dollars.
func (r *Rules) exchange(until time.Time) (*Exchange, error) {
	if r.Currency == "" || r.Currency == currency {
		return nil, nil
	}
	if r.rates == nil {
		return nil, fmt.Errorf("chargeback rules: currency %s: no exchange rates: add the key rates with a file, the CSV of the European Central Bank (eurofxref-hist.csv)", r.Currency)
	}
	return r.rates.Until(r.Currency, until)
}

// WithRates is the rules with exchange rates.
func (r Rules) WithRates(rates *Rates) Rules {
	r.rates = rates
	return r
}

// RateMissingError reports a month that is over, without a rate of its last days.
type RateMissingError struct{ Month, Currency, Last string }

func (e *RateMissingError) Error() string {
	return fmt.Sprintf("month %s: the last rate of %s is of %s: add the days until the end of the month to the file of rates", e.Month, e.Currency, e.Last)
}

// checkRate refuses to close a month at a rate that is older than it need be.
func (s *Statement) checkRate() error {
	if s.Exchange == nil {
		return nil
	}
	published, err := time.Parse(time.DateOnly, s.Exchange.Date)
	if err != nil || s.Until.Sub(published) > maxRateAge+24*time.Hour {
		return &RateMissingError{s.Month, s.Exchange.Currency, s.Exchange.Date}
	}
	return nil
}

// OldRate says of an open month that a newer rate is missing, "" where none need be: the
// month is not closed at this one.
func (s *Statement) OldRate(now time.Time) string {
	if s.Exchange == nil || s.ClosedAt != nil {
		return ""
	}
	covered := *s
	if now.Before(s.Until) {
		covered.Until = now
	}
	if covered.checkRate() == nil {
		return ""
	}
	return fmt.Sprintf("The rate of %s is of %s: add later days to the file of rates. The month cannot be closed at a rate that old.", s.Exchange.Currency, s.Exchange.Date)
}

// BillingCurrency is that of the amounts in cents.
func (s *Statement) BillingCurrency() string {
	if s.Exchange != nil {
		return s.Exchange.Currency
	}
	return s.Currency
}

// bill rounds what each department pays to cents of the billing currency. What
// corrects an earlier month is changed at the rate of that month.
func (s *Statement) bill() {
	rounded, sum := toCents(s.dues(), smallestUnit(s.BillingCurrency()))
	for i := range s.Charges {
		s.Charges[i].Billed = rounded[i]
	}
	s.Billed = sum
}

func (s *Statement) dues() []due {
	one := big.NewRat(1, 1)
	now := one
	if s.Exchange != nil {
		now = rational(s.Exchange.Rate)
	}
	dues := make([]due, len(s.Charges))
	for i := range s.Charges {
		c := &s.Charges[i]
		amount := new(big.Rat).Mul(rational(c.Total), now)
		for _, a := range s.Adjustments {
			if a.Department != c.Department || a.Rate == nil {
				continue
			}
			difference := new(big.Rat).Sub(rational(*a.Rate), now)
			amount.Add(amount, difference.Mul(difference, rational(a.Amount)))
		}
		dues[i] = due{c.Department, amount}
	}
	return dues
}

// checkBill proves that the billed amounts are those of the rule and add up, also if an
// earlier release closed the month.
func (s *Statement) checkBill() error {
	currency := s.BillingCurrency()
	err := s.checkUnits(smallestUnit(currency))
	if err != nil && s.checkUnits(formerUnit(currency)) == nil {
		return nil
	}
	return err
}

func (s *Statement) checkUnits(decimals int) error {
	rounded, sum := toCents(s.dues(), decimals)
	for i := range s.Charges {
		if !rounded[i].Equal(s.Charges[i].Billed) {
			return fmt.Errorf("statement %s: %q is billed %s, but rounding gives %s", s.Month, s.Charges[i].Department, s.Charges[i].Billed, rounded[i])
		}
	}
	if !sum.Equal(s.Billed) {
		return fmt.Errorf("statement %s: the billed total is %s, but rounding gives %s", s.Month, s.Billed, sum)
	}
	return nil
}

// isBilled reports whether the statement has amounts in cents: one that an earlier
// release closed has none.
func (s *Statement) isBilled() bool {
	return !s.Billed.IsZero() || slices.ContainsFunc(s.Charges, func(c Charge) bool { return !c.Billed.IsZero() })
}
