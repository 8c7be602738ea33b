package reconcile

import (
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report/format"
)

// cause names the likely reason of a difference, the most telling first.
func (c *comparison) cause(row *Row, all []Row) string {
	if cause := c.dayBoundary(row, all); cause != "" {
		return cause
	}
	switch row.Verdict {
	case Missing:
		if isCharge(row.Model) {
			return "a charge that names no model, such as a tool, storage or a commitment"
		}
		return "no call of this model reached the ledger: an application that is not instrumented, or another account"
	case Extra:
		return "the vendor does not bill it to this account: another account, a reseller, or an endpoint that only uses its protocol"
	}
	if c.export.HasUsage && !c.sameTokens(row) {
		return tokenCause(row, c.export.HasCalls)
	}
	return costCause(row)
}

// dayBoundary recognises calls that the two sides put on neighbouring days.
func (c *comparison) dayBoundary(row *Row, all []Row) string {
	if !c.export.HasUsage || row.Tokens() == 0 {
		return ""
	}
	for i := range all {
		other := &all[i]
		gap := other.Day.Sub(row.Day)
		if other.Model == row.Model && (gap == 24*time.Hour || gap == -24*time.Hour) && other.Tokens() == -row.Tokens() {
			return fmt.Sprintf("%d tokens are on %s on the other side: calls around midnight, or days in another time zone",
				max(row.Tokens(), -row.Tokens()), other.Day.Format(time.DateOnly))
		}
	}
	return ""
}

func tokenCause(row *Row, hasCalls bool) string {
	v, l := &row.Vendor, &row.Ledger
	in, out := l.Input-v.Input, l.Output-v.Output
	switch {
	case v.Input > 0 && l.Input == 2*v.Input && l.Output == 2*v.Output:
		return "everything is counted twice: two spans of each call are billed"
	case out == 0 && in != 0 && in == v.CacheRead:
		return "cached tokens are counted twice: an instrumentation adds them to a total that includes them"
	case out == 0 && in != 0 && in == -(v.CacheRead+v.CacheWrite):
		return "cached tokens are not counted: the total of an instrumentation does not include them"
	case hasCalls && l.Calls < v.Calls && in <= 0 && out <= 0:
		return format.Counted(v.Calls-l.Calls, "call") + " did not reach the ledger"
	case hasCalls && l.Calls > v.Calls && in >= 0 && out >= 0:
		return format.Counted(l.Calls-v.Calls, "call") + " more than the vendor answered: another account, or spans counted twice"
	case in <= 0 && out <= 0:
		return "usage that did not reach the ledger: streams cut short, or calls that are not instrumented"
	case in >= 0 && out >= 0:
		return "usage the vendor does not bill to this account"
	}
	return "input and output differ in opposite directions: look at the calls of the day"
}

func costCause(row *Row) string {
	if row.Ledger.Unpriced > 0 {
		return fmt.Sprintf("%s without a price in the ledger", format.Counted(row.Ledger.Unpriced, "call"))
	}
	if row.Vendor.Cost.IsZero() || row.Ledger.Cost.IsZero() {
		return "one side charges nothing: free allowance, credit, or a commitment"
	}
	ratio, err := row.Vendor.Cost.Div(row.Ledger.Cost)
	if err != nil {
		return "the price differs"
	}
	return fmt.Sprintf("the vendor charges %s times the ledger's figure: %s", ratio.RoundBank(4), ratioCause(ratio))
}

// known factors between a vendor's bill and list prices.
var ratios = []struct {
	factor udecimal.Decimal
	cause  string
}{
	{udecimal.MustParse("0.5"), "batch or flex calls whose served tier was not reported"},
	{udecimal.MustParse("1.1"), "a regional or data residency uplift that the calls do not report"},
	{udecimal.MustParse("2"), "priority or long-context calls that were not recognized"},
}

func ratioCause(ratio udecimal.Decimal) string {
	nearly := udecimal.MustParse("0.005")
	for _, known := range ratios {
		if !ratio.Sub(known.factor).Abs().GreaterThan(nearly) {
			return known.cause
		}
	}
	if ratio.LessThan(udecimal.MustFromInt64(1, 0)) {
		return "a discount that the price file does not state, or a price cut"
	}
	return "a price increase, fees that are not part of a call, or tax"
}
