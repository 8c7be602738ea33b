package ledger

import "time"

// Node is one span as far as settling needs it.
type Node struct {
	Trace  TraceID
	Span   SpanID
	Parent SpanID // zero at the root
	Start  time.Time

	// Claim is the value of spanledger.claim, empty for a span that only
	// is between others.
	Claim      string
	ResponseID string // empty when not known
	Input      int64  // tokens
	Output     int64
	Counted    bool // the span carries usage
	Failed     bool

	// Billable is the verdict that is stored. What decides a bill does not look at it.
	Billable bool
}
