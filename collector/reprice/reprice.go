package reprice

import (
	"context"
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// windowRows is how much of the ledger is read at a time.
const windowRows = 40_000

// Options say what to price again.
type Options struct {
	From, Until time.Time // calls that start in [From, Until)
	Catalogue   *pricing.Catalogue
	// Apply writes the corrections; otherwise they are only calculated.
	Apply bool
	// Progress is told how far the work is, nil for no one.
	Progress func(done time.Time, calls int)
}

// Run prices the calls of a period again.
func Run(ctx context.Context, store ledger.Store, opts Options) (*Result, error) {
	result := newResult(opts)
	hours, err := store.Hours(ctx, ledger.PartRows, opts.From, opts.Until)
	if err != nil {
		return nil, err
	}
	if len(hours) == 0 {
		result.finish()
		return result, nil
	}
	windows := ledger.DayWindows(hours, opts.From, opts.Until, windowRows)
	w := newWriters(ctx)
	ahead := ledger.ReadAhead(w.ctx, windows, store.CallsToPrice)
	for w.begin() {
		read, more := <-ahead
		if !more {
			break
		}
		if read.Err != nil {
			w.cancel(read.Err)
			break
		}
		rows := len(read.Rows)
		changed := revise(read.Rows, opts.Catalogue, result)
		w.run(func(ctx context.Context) error {
			if opts.Apply {
				if err := apply(ctx, store, read.Window, changed, opts.Catalogue); err != nil {
					return fmt.Errorf("calls from %s: %w", read.Window.From.Format(time.RFC3339), err)
				}
			}
			w.tell(opts.Progress, read.Window.Until, rows)
			return nil
		})
	}
	if err := w.wait(); err != nil {
		return nil, err
	}
	result.finish()
	return result, nil
}

// maxRounds is how often a window is read again because others changed its calls.
const maxRounds = 16

// apply stores the new costs of a window. A run that is cut short is repeated: what it
// has stored then changes no more, and what a call cost before is kept once.
func apply(ctx context.Context, store ledger.Store, window ledger.Window, repriced []ledger.Call, catalogue *pricing.Catalogue) error {
	for range maxRounds {
		if len(repriced) == 0 {
			return nil
		}
		written, err := store.WriteCosts(ctx, repriced, ledger.Receipt(time.Now()))
		if err != nil {
			return err
		}
		// Whether a call is billed may have been settled again by a collector
		// since the rows were read.
		if err := settle.Settle(ctx, store, ledger.Batch{Calls: repriced}); err != nil {
			return err
		}
		if written >= len(repriced) {
			return nil
		}
		calls, err := store.CallsToPrice(ctx, window.From, window.Until)
		if err != nil {
			return err
		}
		repriced = revise(calls, catalogue, newResult(Options{Catalogue: catalogue}))
	}
	return fmt.Errorf("other processes changed the same calls %d times in the meantime", maxRounds)
}

// revise calculates which rows change. They take the place of calls.
func revise(calls []ledger.Call, catalogue *pricing.Catalogue, result *Result) (repriced []ledger.Call) {
	repriced = calls[:0]
	for i := range calls {
		c := &calls[i]
		before := c.Cost
		after := Cost(catalogue, c)
		changed := !same(&before, &after)
		if changed && lost(catalogue, c) {
			result.leave(c)
			after, changed = before, false
		}
		result.add(c, &before, &after, changed)
		if !changed {
			continue
		}
		c.Cost = after
		if len(repriced) == i { // a row takes more than a kilobyte
			repriced = calls[:i+1]
		} else {
			repriced = append(repriced, *c)
		}
	}
	return repriced
}

// Cost prices a stored call. What the vendor claims stays; a call that was
// never priced, or was voided, or whose usage could not be read, stays as it is.
func Cost(catalogue *pricing.Catalogue, c *ledger.Call) ledger.Cost {
	switch pricing.Reason(c.Cost.Reason) {
	case pricing.MalformedUsage, pricing.NegativeUsage, pricing.UsageTooLarge, ledger.ReasonVoided:
		return c.Cost
	}
	if c.Cost.Status == "" {
		return c.Cost
	}
	call := CallOf(c)
	result := catalogue.Price(&call)
	cost := ledger.Cost{
		Status:         string(result.Status),
		Reason:         string(result.Reason),
		Flags:          result.Flags.Names(),
		CatalogVersion: result.Version,
		Vendor:         c.Cost.Vendor,
	}
	if result.HasAmount() {
		cost.Amount, cost.Currency = &result.Amount, pricing.Currency
	}
	if len(result.Lines) > 0 && (!c.Cost.Bill.IsZero() || c.Cost.Amount == nil) {
		cost.Bill = ledger.ReadBill(string(pricing.AppendLines(nil, result.Lines)))
	}
	return cost
}

// same compares outcomes. The catalogue's version alone is no change.
func same(a, b *ledger.Cost) bool {
	return a.Status == b.Status && a.Reason == b.Reason && amountOf(a).Equal(amountOf(b)) && (a.Amount == nil) == (b.Amount == nil)
}

func amountOf(c *ledger.Cost) udecimal.Decimal {
	if c.Amount == nil {
		return udecimal.Decimal{}
	}
	return *c.Amount
}
