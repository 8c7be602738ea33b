package duckdb

import (
	"bytes"
	"cmp"
	"math/bits"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// wasteKind is the place of a kind in wasteKinds.
type wasteKind uint8

const (
	wasteFailed wasteKind = iota
	wasteAborted
	wasteFailedRun
	wasteToolLoop
	wasteResent
	noWaste
)

var wasteKinds = [...]ledger.WasteKind{
	wasteFailed: ledger.WasteFailed, wasteAborted: ledger.WasteAborted, wasteFailedRun: ledger.WasteFailedRun,
	wasteToolLoop: ledger.WasteToolLoop, wasteResent: ledger.WasteResent,
}

// wasteSums sums calls up by kind, model and day, and lists the most expensive of each kind.
type wasteSums struct {
	calls  int // listed of each kind
	models vendorModels
	days   modelDays[[len(wasteKinds)]wasteSum]
	listed [len(wasteKinds)]largest[wastedCall]
}

type wasteSum struct {
	calls, unpriced, input, output, prefix int64
	cost                                   costSum
}

// wastedCall has the tool of the loop in which it was made, of whatever kind it is.
type wastedCall struct {
	wasteCall
	tool string
}

func compareWasted(a, b *wastedCall) int {
	return cmp.Or(cmp.Compare(b.cost.high, a.cost.high), cmp.Compare(b.cost.low, a.cost.low), bytes.Compare(a.trace[:], b.trace[:]), cmp.Compare(a.span, b.span))
}

func compareResent(a, b *wastedCall) int {
	return cmp.Or(cmp.Compare(b.tokens, a.tokens), compareWasted(a, b))
}

func (s *wasteSums) add(kind wasteKind, c *wasteCall, tool string) {
	sum := &s.days.of(c.model, c.begun)[kind]
	sum.calls++
	if !c.priced {
		sum.unpriced++
	}
	sum.input = summed(sum.input, c.input)
	sum.output = summed(sum.output, c.output)
	sum.prefix = summed(sum.prefix, c.tokens)
	sum.cost.add(c.cost)
	if s.calls == 0 {
		return
	}
	l := &s.listed[kind]
	l.limit, l.compare = s.calls, compareWasted
	if kind == wasteResent {
		l.compare = compareResent
		if l.full() && c.tokens < l.least().tokens {
			return
		}
	}
	l.add(wastedCall{*c, tool})
}

func (s *wasteSums) answer() *ledger.Waste {
	w := &ledger.Waste{}
	for at, sums := range s.days.all {
		name, day := s.models.names[at.model], dayStart(at.day).Format(time.DateOnly)
		for kind, sum := range sums {
			if sum.calls > 0 {
				w.Groups = append(w.Groups, ledger.WasteGroup{
					Kind: wasteKinds[kind], Provider: name.vendor, Model: name.model, Day: day, Calls: sum.calls, Unpriced: sum.unpriced,
					Input: sum.input, Output: sum.output, Prefix: sum.prefix, Cost: sum.cost.decimal(),
				})
			}
		}
	}
	rowsort.Large(w.Groups, func(a, b *ledger.WasteGroup) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Day, b.Day))
	})
	for kind := range s.listed {
		for _, c := range s.listed[kind].all() {
			name := s.models.names[c.model]
			w.Calls = append(w.Calls, ledger.WastedCall{
				Kind: wasteKinds[kind], TraceID: c.trace, SpanID: spanIDOf(c.span), Start: time.Unix(0, c.begun).UTC(), Provider: name.vendor, Model: name.model,
				Tool: c.tool, Input: c.input, Output: c.output, Prefix: c.tokens, Cost: c.cost.amount(),
			})
		}
	}
	rowsort.Large(w.Calls, func(a, b *ledger.WastedCall) int { return cmp.Compare(a.Kind, b.Kind) })
	return w
}

// costSum is a sum of amounts that are not negative, in units of 10^-18.
type costSum struct{ high, low uint64 }

// largestAmount is the largest DECIMAL(38, 18): 10^38 - 1.
var largestAmount = func() costSum {
	high, low := bits.Mul64(1e19, 1e19)
	return costSum{high, low - 1}
}()

func (s *costSum) add(n wide) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, n.low, 0)
	s.high += uint64(n.high) + carry
	if cmp.Or(cmp.Compare(s.high, largestAmount.high), cmp.Compare(s.low, largestAmount.low)) > 0 {
		*s = largestAmount
	}
}

func (s costSum) decimal() udecimal.Decimal { return ledger.Units{Hi: s.high, Lo: s.low}.Decimal() }
