package ledger

import "time"

// PastCost holds what a call cost until it was repriced.
type PastCost struct {
	TraceID  TraceID   `json:"trace_id"`
	SpanID   SpanID    `json:"span_id"`
	Start    time.Time `json:"start"`    // of the call
	Revision int       `json:"revision"` // of the row that held the figure
	Cost     Cost      `json:"cost"`     // without the vendor's claim, which does not change
	Replaced time.Time `json:"replaced"` // in microseconds
}
