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
		return "It is the total of the calls below it. These are billed."
	case c.Claim == semconv.ClaimSummary:
		return "The agent's log record has more details of the call: that record is billed."
	case c.Claim == semconv.ClaimServer:
		return "A span of the application describes the same call: that span is billed."
	}
	return "Another span, closer to the vendor, describes the same call: that span is billed."
}
