package callspan

import (
	"math"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Usage collects the counts of one span.
type Usage struct {
	counts *usage.Counts
	ranks  [usage.NumFields]uint8 // of the attributes that gave the counts, from 1

	Given usage.Set      // fields that the span has
	Fault pricing.Reason // why its counts cannot be billed; empty where they can
	key   string         // the attribute at fault
	field usage.Field
}

// Detail names what is at fault: the field, or the attribute where its value is
// no number.
func (u *Usage) Detail() string {
	if u.Fault == pricing.MalformedUsage {
		return u.key
	}
	return u.field.Name()
}

// Begin starts a span, whose counts go to the given place, which is empty.
func (u *Usage) Begin(counts *usage.Counts) { *u = Usage{counts: counts} }

// Read takes a count in. Of several attributes of one field the first of the
// table holds, whatever their order. A value that is no count is not kept; of
// several the attribute that sorts first is named.
func (u *Usage) Read(a usage.Attribute, key string, v pcommon.Value) {
	n, fault := Count(v, a.Field.Max())
	if fault != "" && (u.Fault == "" || key < u.key) {
		u.Fault, u.key, u.field = fault, key, a.Field
	}
	if u.Given.Has(a.Field) && u.ranks[a.Field] <= a.Rank {
		return
	}
	u.Given, u.ranks[a.Field] = u.Given.With(a.Field), a.Rank
	u.counts[a.Field] = n
}

// End completes the counts of a span that has been read.
func (u *Usage) End() { u.counts.CompleteCacheWrites() }

// Count reads a number of tokens or units: a whole number from 0 to a bound, as
// an integer or as a double. Anything else is none, with the reason.
func Count(v pcommon.Value, bound int64) (n int64, fault pricing.Reason) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		n = v.Int()
	case pcommon.ValueTypeDouble:
		f := v.Double()
		if f != math.Trunc(f) { // NaN too
			return 0, pricing.MalformedUsage
		}
		n = int64(max(-1, min(f, float64(bound+1))))
	default:
		return 0, pricing.MalformedUsage
	}
	switch {
	case n < 0:
		return 0, pricing.NegativeUsage
	case n > bound:
		return 0, pricing.UsageTooLarge
	}
	return n, ""
}
