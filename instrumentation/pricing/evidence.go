package pricing

import (
	"maps"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// tolerance is how far the amount that a vendor states may be from a computed
// one and still be the same: emitters add in binary floating point. The readings
// of a term differ by more, at the rates of any vendor.
var tolerance = udecimal.MustFromInt64(1, 10)

// lifetimes are the fields of cache writes by time to live.
var lifetimes = [...]usage.Field{usage.CacheWrite5m, usage.CacheWrite30m, usage.CacheWrite1h, usage.CacheWrite12h}

// byEvidence settles terms that the call leaves open (how long a cache write is
// kept, the tier, the speed) by the amount that the vendor states: a reading that
// comes to it is the right one. Of several that do, such as batch and flex at one
// price, the first by name is taken.
func (c *Catalogue) byEvidence(call *Call, result Result) Result {
	stated := *call.VendorCost
	if stated.IsZero() {
		return withoutCharge(call, result)
	}
	if stated.IsNeg() || result.HasAmount() && near(result.Amount, stated) {
		return result
	}
	for _, reading := range c.readings(call) {
		if settled, _ := c.evaluate(&reading, nil); settled.HasAmount() && near(settled.Amount, stated) {
			settled.Flags |= VendorCostSettled
			return settled
		}
	}
	return result
}

// withoutCharge prices a call of which the seller or a gateway states that it cost
// nothing. For a model that has a price, a whole answer says so where it is out of a
// cache or given away. Elsewhere 0 may be a price that is not known: it is a flag.
func withoutCharge(call *Call, result Result) Result {
	if result.HasAmount() && result.Amount.IsZero() {
		return result
	}
	if result.HasAmount() && call.VendorCostFinal {
		result = vendorCharge(result, udecimal.Zero)
	}
	result.Flags |= VendorCostZero
	return result
}

// readings are the call with each value that its open terms can have.
func (c *Catalogue) readings(call *Call) []Call {
	e := evaluation{catalogue: c, call: call, subject: c.identify(call)}
	if e.subject.reason != "" || !e.chooseRow() {
		return nil
	}
	modes := []Call{*call}
	for _, mode := range slices.Sorted(maps.Keys(e.row.modes)) {
		tier, speed, both := strings.Cut(mode, "+")
		if !both && mode == "fast" {
			tier, speed = "", mode
		}
		if tier != "" && call.ServedTier != "" || speed != "" && call.Speed != "" {
			continue // the call says which it was
		}
		other := *call
		if tier != "" {
			other.ServedTier = tier
		}
		if speed != "" {
			other.Speed = speed
		}
		modes = append(modes, other)
	}
	all := modes
	open := call.Usage[usage.CacheWrite]
	for _, f := range lifetimes {
		open -= call.Usage[f]
	}
	if open > 0 {
		for _, mode := range modes {
			for _, f := range lifetimes {
				other := mode
				other.Usage[f] += open
				all = append(all, other)
			}
		}
	}
	return all[1:] // the first is the call as it came
}

func near(a, b udecimal.Decimal) bool { return a.Sub(b).Abs().LessThanOrEqual(tolerance) }
