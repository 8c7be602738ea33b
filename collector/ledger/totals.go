package ledger

import (
	"math"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Totals are sums over calls: they add up across groups, to the last digit.
type Totals struct {
	Calls      int64            `json:"calls"`
	Errors     int64            `json:"errors"`
	Unpriced   int64            `json:"unpriced"` // calls with usage that no price was found for
	Invalid    int64            `json:"invalid"`
	Input      int64            `json:"input"`
	Output     int64            `json:"output"`
	CacheRead  int64            `json:"cache_read"`
	CacheWrite int64            `json:"cache_write"`
	Reasoning  int64            `json:"reasoning"`
	Cost       udecimal.Decimal `json:"cost"`        // USD; unpriced calls add nothing and are counted above
	Duration   time.Duration    `json:"duration_ns"` // summed
	// NanoCredits are billionths of GitHub's AI credits, a unit of its own that is no
	// money.
	NanoCredits int64 `json:"nano_credits,omitzero"`
}

// Add is the sum of both, exactly. A count beyond 64 bits stays the largest.
func (t Totals) Add(o Totals) Totals {
	return Totals{
		Calls:      add(t.Calls, o.Calls),
		Errors:     add(t.Errors, o.Errors),
		Unpriced:   add(t.Unpriced, o.Unpriced),
		Invalid:    add(t.Invalid, o.Invalid),
		Input:      add(t.Input, o.Input),
		Output:     add(t.Output, o.Output),
		CacheRead:  add(t.CacheRead, o.CacheRead),
		CacheWrite: add(t.CacheWrite, o.CacheWrite),
		Reasoning:  add(t.Reasoning, o.Reasoning),
		Cost:       t.Cost.Add(o.Cost),
		Duration:   add(t.Duration, o.Duration),

		NanoCredits: add(t.NanoCredits, o.NanoCredits),
	}
}

// add sums two counts that are not negative.
func add[N int64 | time.Duration](a, b N) N {
	if a > 0 && b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}

// Totals gives what the call adds to a sum if it is billable.
func (c *Call) Totals() Totals {
	t := Totals{
		Calls: 1, Input: c.Usage[usage.Input], Output: c.Usage[usage.Output], CacheRead: c.Usage[usage.CacheRead],
		CacheWrite: c.Usage[usage.CacheWrite], Reasoning: c.Usage[usage.Reasoning], Duration: c.Duration,
		NanoCredits: c.Usage[usage.NanoCredits],
	}
	if c.Error {
		t.Errors = 1
	}
	switch c.Cost.Status {
	case "unpriced":
		t.Unpriced = 1
	case "invalid":
		t.Invalid = 1
	}
	if c.Cost.Amount != nil {
		t.Cost = *c.Cost.Amount
	}
	return t
}
