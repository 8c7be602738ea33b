package explain

import (
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// NotBilled says why a call is not on the bill; "" when it is.
func NotBilled(c *ledger.Call) string {
	switch {
	case c.Billable:
		return ""
	case c.Claim == semconv.ClaimAggregate:
		return "It is the total of calls below it, which are billed."
	case c.Claim == semconv.ClaimSummary:
		return "The agent's log record of the call says more: that record is billed."
	case c.Claim == semconv.ClaimServer:
		return "The client of the call reports it as well: that span is billed."
	}
	return "Another span reports the same call from closer to the vendor: that span is billed."
}
