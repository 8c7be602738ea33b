package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// What makes a loop of a tool, and what a vendor's cache could have held: the
// shortest lifetime and the shortest prefix of the vendors.
const (
	loopFailures   = 3
	cacheLifetime  = 5 * time.Minute
	leastPrefix    = 1024
	defaultWasted  = 5 // calls listed of each kind
	maxWastedCalls = 1000
)

func cacheQuery(p Period, where []ledger.Condition, calls int) ledger.CacheQuery {
	return ledger.CacheQuery{
		From: p.From, Until: p.Until, Zone: p.zone(), Where: where, Within: cacheLifetime, MinTokens: leastPrefix, Calls: calls,
	}
}

// WasteQuestion asks for calls that were paid for without any use.
type WasteQuestion struct {
	Period Period
	Where  []ledger.Condition
	Top    int                // calls listed of each kind; 0 = 5
	Prices *pricing.Catalogue // of resent context; nil = the built-in ones
}

// WasteAnswer has a line for each kind of waste. A call is in one line at most, so
// that the lines add up.
type WasteAnswer struct {
	Question WasteQuestion
	Lines    []WasteLine // one for each of ledger.WasteKinds
	Calls    []WastedCall
	Total    ledger.Totals // of all calls of the period that the ledger has in detail
	Expired  Expired
	// NoRate counts calls that resent context to a model without a list price.
	NoRate int64
}

// WasteLine sums one kind.
type WasteLine struct {
	Kind     ledger.WasteKind
	Calls    int64
	Unpriced int64
	Input    int64
	Cost     udecimal.Decimal // of the calls
	Wasted   udecimal.Decimal // of that: all, or the part that the kind is about
	Unknown  int64            // calls of which that is not known: without a price, or resent without a list price
}

// KnownCost is the cost; nil where there are calls and none has a price.
func (l *WasteLine) KnownCost() *udecimal.Decimal { return knownOf(&l.Cost, l.Calls, l.Unpriced) }

// KnownWaste is the wasted part; nil where there are calls and it is known of none.
func (l *WasteLine) KnownWaste() *udecimal.Decimal { return knownOf(&l.Wasted, l.Calls, l.Unknown) }

// knownOf is a sum; nil where there are calls and it is known of none.
func knownOf(sum *udecimal.Decimal, calls, unknown int64) *udecimal.Decimal {
	if calls > 0 && unknown == calls {
		return nil
	}
	return sum
}

// sum of the lines.
func (a *WasteAnswer) sum() (sum WasteLine) {
	for i := range a.Lines {
		l := &a.Lines[i]
		sum.Calls, sum.Unpriced, sum.Unknown, sum.Input = sum.Calls+l.Calls, sum.Unpriced+l.Unpriced, sum.Unknown+l.Unknown, sum.Input+l.Input
		sum.Cost, sum.Wasted = sum.Cost.Add(l.Cost), sum.Wasted.Add(l.Wasted)
	}
	return sum
}

// WastedCall is a call of a line.
type WastedCall struct {
	ledger.WastedCall
	Wasted *udecimal.Decimal // nil where it is not known
}

// KnownCost is the cost; nil without a price: a call that is free wastes nothing.
func (c *WastedCall) KnownCost() *udecimal.Decimal {
	if c.Cost.IsZero() {
		return nil
	}
	return &c.Cost
}

// Wasted is the sum of the lines.
func (a *WasteAnswer) Wasted() udecimal.Decimal { return a.sum().Wasted }

// Waste asks reader the question.
func Waste(ctx context.Context, reader ledger.Reader, q WasteQuestion) (*WasteAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	q.Top = min(cmp.Or(q.Top, defaultWasted), maxWastedCalls)
	q.Prices = cmp.Or(q.Prices, pricing.Default())
	all, err := wholeSums(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	where, err := withAliases(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	found, err := reader.Waste(ctx, ledger.WasteQuery{CacheQuery: cacheQuery(q.Period, where, q.Top), Failures: loopFailures})
	if err != nil {
		return nil, fmt.Errorf("read the waste: %w", err)
	}
	a := &WasteAnswer{Question: q, Total: all.detail.Totals, Expired: all.expired}
	for _, kind := range ledger.WasteKinds {
		a.Lines = append(a.Lines, WasteLine{Kind: kind})
	}
	for i := range found.Groups {
		g := &found.Groups[i]
		l := &a.Lines[slices.Index(ledger.WasteKinds, g.Kind)]
		l.Calls += g.Calls
		l.Unpriced += g.Unpriced
		l.Input += g.Input
		l.Cost = l.Cost.Add(g.Cost)
		if g.Kind != ledger.WasteResent {
			l.Wasted = l.Wasted.Add(g.Cost)
			l.Unknown += g.Unpriced
			continue
		}
		day, err := time.Parse(time.DateOnly, g.Day)
		if err != nil {
			return nil, fmt.Errorf("waste: day %q: %w", g.Day, err)
		}
		if wasted := readSaves(q.Prices, g.Provider, g.Model, day, g.Prefix); wasted != nil {
			l.Wasted = l.Wasted.Add(*wasted)
		} else {
			a.NoRate += g.Calls
			l.Unknown += g.Calls
		}
	}
	for _, kind := range ledger.WasteKinds {
		first := len(a.Calls)
		for _, c := range found.Calls {
			if c.Kind != kind {
				continue
			}
			call := WastedCall{WastedCall: c}
			if call.Wasted = call.KnownCost(); kind == ledger.WasteResent {
				call.Wasted = readSaves(q.Prices, c.Provider, c.Model, c.Start.Truncate(24*time.Hour), c.Prefix)
			}
			a.Calls = append(a.Calls, call)
		}
		// The store has the longest prefixes first; the most expensive depends on the model.
		rowsort.StableFunc(a.Calls[first:], mostWastedFirst)
	}
	return a, nil
}

// mostWastedFirst has those of which it is not known at the end.
func mostWastedFirst(a, b WastedCall) int {
	switch {
	case a.Wasted == nil && b.Wasted == nil:
		return 0
	case a.Wasted == nil:
		return 1
	case b.Wasted == nil:
		return -1
	}
	return b.Wasted.Cmp(*a.Wasted)
}
