package chargeback

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// Statement holds what a month costs each department. A closed month is stored
// in its JSON form.
type Statement struct {
	Month    string     `json:"month"` // 2026-10
	Zone     string     `json:"zone"`  // whose calendar
	From     time.Time  `json:"from"`
	Until    time.Time  `json:"until"` // excluded
	Currency string     `json:"currency"`
	Rules    Rules      `json:"rules"`
	Charges  []Charge   `json:"charges"` // most expensive first; shared departments last
	ClosedAt *time.Time `json:"closed_at,omitempty"`

	// Ledger is the sum of the month's calls as the ledger itself gives it.
	Ledger ledger.Totals `json:"ledger"`
	// Adjustments come on top of it.
	Adjustments []Adjustment     `json:"adjustments,omitempty"`
	Total       udecimal.Decimal `json:"total"` // of all charges
	// Billed is the total in cents of the billing currency, Exchange its rate: nil
	// where that is Currency.
	Billed   udecimal.Decimal `json:"billed"`
	Exchange *Exchange        `json:"exchange,omitempty"`
	// Trail are credit notes that cancelled earlier statements of the month.
	Trail []CreditNote `json:"trail,omitempty"`

	department string // whose part this is; "" = all
}

// Charge holds what one department pays.
type Charge struct {
	Department string        `json:"department"` // "" = missing
	Shared     bool          `json:"shared,omitempty"`
	Usage      []Usage       `json:"usage"` // most expensive first
	Totals     ledger.Totals `json:"totals"`

	// Allocated is the share of what is for all; negative for a shared
	// department, whose cost the others bear.
	Allocated udecimal.Decimal `json:"allocated"`
	Markup    udecimal.Decimal `json:"markup"`
	Adjusted  udecimal.Decimal `json:"adjusted"`
	Total     udecimal.Decimal `json:"total"` // own cost, allocated, markup, adjusted
	// Billed is Total in cents of the billing currency, so rounded that the charges
	// add up to the statement's.
	Billed udecimal.Decimal `json:"billed"`
}

// Usage holds what a department used: one team's calls of one model for one
// application.
type Usage struct {
	Team        string        `json:"team"`
	Application string        `json:"application"`
	Provider    string        `json:"provider"`
	Model       string        `json:"model"`
	Totals      ledger.Totals `json:"totals"`
}

// Adjustment is an amount that is not a call of the month.
type Adjustment struct {
	Month      string           `json:"month"` // it belongs to; an earlier one for corrections
	Department string           `json:"department"`
	Amount     udecimal.Decimal `json:"amount"`
	Reason     string           `json:"reason"`
	Correction bool             `json:"correction,omitempty"` // of a month already closed
	// Rate is the exchange rate of that month, for a correction billed in another
	// currency than US dollars.
	Rate *udecimal.Decimal `json:"rate,omitempty"`
}

// currency of the ledger's sums.
const currency = "USD"

// monthLayout of the months of statements.
const monthLayout = "2006-01"

// MonthNotOverError reports a month that has not ended, or not begun.
type MonthNotOverError struct {
	Month string
	Ends  time.Time
}

func (e *MonthNotOverError) Error() string {
	return fmt.Sprintf("month %s ends %s: it cannot be closed before", e.Month, e.Ends.Format("2006-01-02 15:04 MST"))
}

// SeamError reports a month that does not begin where the closed one before it
// ended, since they are of different zones: hours between them would be charged
// twice or to no one.
type SeamError struct {
	Month, Zone        string
	Closed, ClosedZone string // the month before
	Begins, ClosedEnds time.Time
}

func (e *SeamError) Error() string {
	const layout = "2006-01-02 15:04 MST"
	return fmt.Sprintf("month %s begins %s in zone %s, but %s was closed in zone %s and ends %s: use zone %s",
		e.Month, e.Begins.Format(layout), e.Zone, e.Closed, e.ClosedZone, e.ClosedEnds.UTC().Format(layout), e.ClosedZone)
}

// checkSeam compares the month with the closed one right before it.
func checkSeam(s *Statement, closed []*Statement) error {
	if len(closed) == 0 {
		return nil
	}
	last := closed[len(closed)-1]
	next, err := time.Parse(monthLayout, last.Month)
	if err != nil || next.AddDate(0, 1, 0).Format(monthLayout) != s.Month || last.Until.Equal(s.From) {
		return nil
	}
	return &SeamError{Month: s.Month, Zone: s.Zone, Closed: last.Month, ClosedZone: last.Zone, Begins: s.From, ClosedEnds: last.Until}
}

// New makes the statement of an open month from the ledger. closed are the
// statements of the months before that may have to be corrected, the earliest
// first; Book.Before gives them. Calls of the month that arrive between the
// questions it asks make it ask again.
func New(ctx context.Context, reader ledger.Reader, month report.Period, rules Rules, closed ...*Statement) (*Statement, error) {
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	const attempts = 3
	for attempt := 1; ; attempt++ {
		s, err := read(ctx, reader, month, rules, closed)
		if err != nil {
			return nil, err
		}
		if err = s.Verify(); err == nil || attempt == attempts {
			return s, err
		}
	}
}

func read(ctx context.Context, reader ledger.Reader, month report.Period, rules Rules, closed []*Statement) (*Statement, error) {
	usage, total, err := monthOf(ctx, reader, month)
	if err != nil {
		return nil, err
	}
	s := &Statement{
		Month: month.From.In(month.Zone).Format(monthLayout), Zone: month.Zone.String(), From: month.From, Until: month.Until,
		Currency: currency, Rules: rules, Ledger: total,
	}
	if s.Exchange, err = rules.exchange(s.Until); err != nil {
		return nil, err
	}
	if err := checkSeam(s, closed); err != nil {
		return nil, err
	}
	departments := map[string]*Charge{}
	charge := func(name string) *Charge {
		c, ok := departments[name]
		if !ok {
			c = &Charge{Department: name, Shared: rules.shared(name)}
			departments[name] = c
		}
		return c
	}
	for department, lines := range usage {
		c := charge(department)
		c.Usage = lines
		for i := range lines {
			c.Totals = c.Totals.Add(lines[i].Totals)
		}
	}
	for _, a := range rules.Adjustments {
		if a.Month == s.Month {
			s.Adjustments = append(s.Adjustments, Adjustment{Month: a.Month, Department: a.Department, Amount: a.Amount, Reason: a.Reason})
		}
	}
	for i, earlier := range closed {
		corrections, err := corrections(ctx, reader, earlier, closed[i+1:])
		if err != nil {
			return nil, err
		}
		for i := range corrections {
			corrections[i].Rate = s.rateOf(earlier)
		}
		s.Adjustments = append(s.Adjustments, corrections...)
	}
	for _, a := range s.Adjustments {
		c := charge(a.Department)
		c.Adjusted = c.Adjusted.Add(a.Amount)
	}
	if err := allocate(departments, rules); err != nil {
		return nil, err
	}
	s.settle(departments)
	return s, nil
}

// usageDimensions divide the usage of a department into lines.
var usageDimensions = []ledger.Dimension{ledger.ByDepartment, ledger.ByTeam, ledger.ByApplication, ledger.ByProvider, ledger.ByModel}

// monthOf reads a month: its lines by department, and the total as the ledger
// gives it, which the lines are checked against.
func monthOf(ctx context.Context, reader ledger.Reader, month report.Period) (map[string][]Usage, ledger.Totals, error) {
	query := ledger.Query{From: month.From, Until: month.Until, Zone: month.Zone}
	total, err := report.Sums(ctx, reader, query)
	if err != nil {
		return nil, ledger.Totals{}, fmt.Errorf("read the total of the month: %w", err)
	}
	query.By = usageDimensions
	groups, err := report.Sums(ctx, reader, query)
	if err != nil {
		return nil, ledger.Totals{}, fmt.Errorf("read the calls of the month: %w", err)
	}
	usage := map[string][]Usage{}
	for i := range groups {
		key := groups[i].Key
		usage[key[0]] = append(usage[key[0]], Usage{
			Team: key[1], Application: key[2], Provider: key[3], Model: key[4], Totals: groups[i].Totals,
		})
	}
	if len(total) == 0 {
		return usage, ledger.Totals{}, nil
	}
	return usage, total[0].Totals, nil
}

// allocate spreads the cost of shared departments over the others.
func allocate(departments map[string]*Charge, rules Rules) error {
	if rules.Allocate == "" || rules.Allocate == List {
		return nil
	}
	pool := udecimal.Zero
	var receivers []weighted
	for name, c := range departments {
		if c.Shared {
			pool = pool.Add(c.Totals.Cost)
			continue
		}
		w := weighted{name: name}
		switch rules.Allocate {
		case Proportional:
			w.weight = units(c.Totals.Cost)
		case Even:
			w.weight = big.NewInt(1)
		case Shares:
			w.weight = units(rules.Shares[name])
		}
		receivers = append(receivers, w)
	}
	for name := range rules.Shares {
		if _, known := departments[name]; !known && !rules.shared(name) {
			departments[name] = &Charge{Department: name}
			receivers = append(receivers, weighted{name: name, weight: units(rules.Shares[name])})
		}
	}
	if pool.IsZero() {
		return nil
	}
	shares := spread(pool, receivers)
	if shares == nil {
		// No one to bear it: it stays listed.
		return nil
	}
	for name, share := range shares {
		departments[name].Allocated = share
	}
	for _, c := range departments {
		if c.Shared {
			c.Allocated = c.Totals.Cost.Neg()
		}
	}
	return nil
}

// settle calculates markups and totals, and puts the charges in order.
func (s *Statement) settle(departments map[string]*Charge) {
	for name, c := range departments {
		base := c.Totals.Cost.Add(c.Allocated)
		c.Markup = markup(base, s.Rules.markup(name))
		c.Total = base.Add(c.Markup).Add(c.Adjusted)
		s.Total = s.Total.Add(c.Total)
		s.Charges = append(s.Charges, *c)
	}
	rowsort.Func(s.Charges, func(a, b Charge) int {
		if a.Shared != b.Shared {
			if a.Shared {
				return 1
			}
			return -1
		}
		return cmp.Or(b.Total.Cmp(a.Total), cmp.Compare(a.Department, b.Department))
	})
	s.bill()
}

// rateOf is the rate at which a closed month is corrected: its own, where it was
// billed in the same currency.
func (s *Statement) rateOf(closed *Statement) *udecimal.Decimal {
	if s.Exchange == nil || closed.Exchange == nil || closed.Exchange.Currency != s.Exchange.Currency {
		return nil
	}
	rate := closed.Exchange.Rate
	return &rate
}

// markup is percent of an amount, rounded half away from zero to the ledger's
// scale.
func markup(base, percent udecimal.Decimal) udecimal.Decimal {
	if percent.IsZero() || base.IsZero() {
		return udecimal.Zero
	}
	product := new(big.Int).Mul(units(base), units(percent))
	divisor := new(big.Int).Mul(unit, big.NewInt(100))
	half := new(big.Int).Rsh(divisor, 1)
	if product.Sign() < 0 {
		half.Neg(half)
	}
	return amount(new(big.Int).Quo(product.Add(product, half), divisor))
}

// Verify proves that the statement adds up: lines to departments, departments
// to the ledger, allocations to nothing, charges to the total, and their cents to
// its cents.
func (s *Statement) Verify() error {
	var (
		totals                               ledger.Totals
		allocated, adjusted, marked, charged udecimal.Decimal
	)
	for i := range s.Charges {
		c := &s.Charges[i]
		var lines ledger.Totals
		for j := range c.Usage {
			lines = lines.Add(c.Usage[j].Totals)
		}
		if !sameTotals(lines, c.Totals) {
			return fmt.Errorf("statement %s: the lines of %q are %s, the department is %s", s.Month, c.Department, lines.Cost, c.Totals.Cost)
		}
		totals = totals.Add(c.Totals)
		allocated, adjusted = allocated.Add(c.Allocated), adjusted.Add(c.Adjusted)
		marked, charged = marked.Add(c.Markup), charged.Add(c.Total)
	}
	extra := udecimal.Zero
	for _, a := range s.Adjustments {
		extra = extra.Add(a.Amount)
	}
	switch {
	case !sameTotals(totals, s.Ledger):
		return fmt.Errorf("statement %s: the departments are %s in %d calls, the ledger is %s in %d: calls arrived in between, try again",
			s.Month, totals.Cost, totals.Calls, s.Ledger.Cost, s.Ledger.Calls)
	case !allocated.IsZero():
		return fmt.Errorf("statement %s: %s was allocated without a source", s.Month, allocated)
	case !adjusted.Equal(extra):
		return fmt.Errorf("statement %s: adjustments are %s, departments have %s", s.Month, extra, adjusted)
	case !charged.Equal(s.Total) || !s.Total.Equal(s.Ledger.Cost.Add(marked).Add(adjusted)):
		return fmt.Errorf("statement %s: charges are %s, the total is %s", s.Month, charged, s.Total)
	}
	return s.checkBill()
}

func sameTotals(a, b ledger.Totals) bool {
	return a.Cost.Equal(b.Cost) && a.Calls == b.Calls && a.Input == b.Input && a.Output == b.Output
}
