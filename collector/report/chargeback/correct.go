package chargeback

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// CorrectedMonths is how many closed months before a statement's own are compared
// with the ledger: prices are corrected within a year, or with the next contract.
const CorrectedMonths = 12

// corrections returns what the ledger says of a closed month today against what
// was charged: in its own statement and in corrections that later closed
// statements already carry. A month whose calls the ledger no longer keeps is
// left as it was closed. What changed of shared cost is passed on to those who paid
// it, in the proportions they paid it in.
func corrections(ctx context.Context, reader ledger.Reader, closed *Statement, later []*Statement) ([]Adjustment, error) {
	zone, err := time.LoadLocation(closed.Zone)
	if err != nil {
		return nil, fmt.Errorf("closed month %s: zone %q: %w", closed.Month, closed.Zone, err)
	}
	usage, total, err := monthOf(ctx, reader, report.Period{From: closed.From, Until: closed.Until, Zone: zone})
	if err != nil {
		return nil, fmt.Errorf("closed month %s: %w", closed.Month, err)
	}
	if total.Calls < closed.Ledger.Calls {
		return nil, nil
	}
	owed := map[string]udecimal.Decimal{}
	for department, lines := range usage {
		for i := range lines {
			owed[department] = owed[department].Add(lines[i].Totals.Cost)
		}
	}
	for i := range closed.Charges {
		c := &closed.Charges[i]
		owed[c.Department] = owed[c.Department].Sub(c.Totals.Cost)
	}
	for _, statement := range later {
		for _, a := range statement.Adjustments {
			if a.Correction && a.Month == closed.Month {
				owed[a.Department] = owed[a.Department].Sub(a.Amount)
			}
		}
	}
	closed.passOn(owed)
	var adjustments []Adjustment
	for _, department := range slices.Sorted(maps.Keys(owed)) {
		if amount := owed[department]; !amount.IsZero() {
			adjustments = append(adjustments, Adjustment{
				Month: closed.Month, Department: department, Amount: amount, Correction: true,
				Reason: "the ledger changed after " + closed.Month + " was closed",
			})
		}
	}
	return adjustments, nil
}

// passOn moves what is owed for shared departments to those who paid for them. A
// month that listed shared cost, or had none to allocate, has no one to pass it to.
func (s *Statement) passOn(owed map[string]udecimal.Decimal) {
	pool := udecimal.Zero
	for department, amount := range owed {
		if s.Rules.shared(department) {
			pool = pool.Add(amount)
		}
	}
	if pool.IsZero() {
		return
	}
	var payers []weighted
	for i := range s.Charges {
		if c := &s.Charges[i]; !c.Shared && c.Allocated.IsPos() {
			payers = append(payers, weighted{c.Department, units(c.Allocated)})
		}
	}
	shares := spread(pool, payers)
	if shares == nil {
		return
	}
	for department := range owed {
		if s.Rules.shared(department) {
			owed[department] = udecimal.Zero
		}
	}
	for department, share := range shares {
		owed[department] = owed[department].Add(share)
	}
}
