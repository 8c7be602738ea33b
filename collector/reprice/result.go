package reprice

import (
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Result holds what repricing changes.
type Result struct {
	From, Until time.Time
	Version     string // of the catalogue
	Applied     bool
	Total       Change
	Models      []Change // largest difference first

	byModel map[modelKey]*Change
}

// Change sums the billable calls of one model, as reports do. Other spans
// of a call are repriced with it and counted nowhere.
type Change struct {
	Provider string
	Model    string

	Calls   int64
	Changed int64
	// Gained calls had no amount before, lost ones have none now.
	Gained, Lost int64
	// Left calls would change, and stay as they are: their rows lack a count that
	// the price depends on.
	Left int64
	// Unpriced calls have no price afterwards either.
	Unpriced int64

	Before, After udecimal.Decimal // USD
}

// Difference is After - Before.
func (c *Change) Difference() udecimal.Decimal { return c.After.Sub(c.Before) }

type modelKey struct{ provider, model string }

func newResult(opts Options) *Result {
	return &Result{
		From: opts.From, Until: opts.Until, Applied: opts.Apply,
		Version: opts.Catalogue.Version(),
		byModel: make(map[modelKey]*Change),
	}
}

// of are the sums that a call is part of: its model's and the total.
func (r *Result) of(c *ledger.Call) []*Change {
	if !c.Billable {
		return nil
	}
	key := modelKey{c.Provider, c.Model()}
	model := r.byModel[key]
	if model == nil {
		model = &Change{Provider: key.provider, Model: key.model}
		r.byModel[key] = model
	}
	return []*Change{model, &r.Total}
}

// leave counts a call that cannot be priced again.
func (r *Result) leave(c *ledger.Call) {
	for _, sum := range r.of(c) {
		sum.Left++
	}
}

func (r *Result) add(c *ledger.Call, before, after *ledger.Cost, changed bool) {
	for _, sum := range r.of(c) {
		sum.Calls++
		if changed {
			sum.Changed++
		}
		if before.Amount == nil && after.Amount != nil {
			sum.Gained++
		}
		if before.Amount != nil && after.Amount == nil {
			sum.Lost++
		}
		if after.Status == string(pricing.Unpriced) {
			sum.Unpriced++
		}
		sum.Before = sum.Before.Add(amountOf(before))
		sum.After = sum.After.Add(amountOf(after))
	}
}

func (r *Result) finish() {
	for _, change := range r.byModel {
		if change.Changed > 0 || change.Left > 0 || change.Unpriced > 0 {
			r.Models = append(r.Models, *change)
		}
	}
	rowsort.Func(r.Models, func(a, b Change) int {
		if c := b.Difference().Abs().Cmp(a.Difference().Abs()); c != 0 {
			return c
		}
		return strings.Compare(a.Provider+"\x00"+a.Model, b.Provider+"\x00"+b.Model)
	})
}
