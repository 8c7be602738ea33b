package report

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// CostCell is the cost of calls as tables show it: nil, which is not zero, where
// there are calls and none of them has a price. Nothing called costs nothing.
func CostCell(t *ledger.Totals) any {
	if unpriced(t) {
		return nil
	}
	return t.Cost
}

// unpriced says that no call of a group is priced or free.
func unpriced(t *ledger.Totals) bool {
	return t.Calls > 0 && t.Unpriced+t.Invalid == t.Calls
}

// shareCell is a group's share of the cost; nil where its cost is.
func shareCell(t *ledger.Totals, share float64) any {
	if unpriced(t) {
		return nil
	}
	return share
}

// share is part of a whole for display; money itself never becomes a float.
func share(part, whole udecimal.Decimal) float64 {
	if whole.IsZero() {
		return 0
	}
	return part.InexactFloat64() / whole.InexactFloat64()
}

// averagePrecision of a mean of amounts: beyond the ledger's own scale nothing
// is known.
const averagePrecision = 18

func averageCost(cost udecimal.Decimal, calls int64) *udecimal.Decimal {
	if calls <= 0 {
		return nil
	}
	mean, err := cost.Div64(uint64(calls))
	if err != nil {
		return nil
	}
	mean = mean.RoundHAZ(averagePrecision)
	return &mean
}

// average duration of a call; 0 without calls.
func average(t *ledger.Totals) time.Duration {
	if t.Calls == 0 {
		return 0
	}
	return t.Duration / time.Duration(t.Calls)
}

// ratio of two counts; 0 of nothing.
func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
