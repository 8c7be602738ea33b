package ledger

import (
	"context"
	"time"
)

// Repricer is the part of a store that correcting prices needs.
type Repricer interface {
	Writer
	// Calls returns every call that starts in [from, until), billable or not,
	// in no order.
	Calls(ctx context.Context, from, until time.Time) ([]Call, error)
	// KeepCosts stores what calls cost before they are written again. A figure
	// kept twice is kept once.
	KeepCosts(ctx context.Context, costs []PastCost) error
	// PastCosts returns what the calls of a trace cost before, oldest first.
	PastCosts(ctx context.Context, id TraceID) ([]PastCost, error)
}

// PastCost holds what a call cost until it was repriced.
type PastCost struct {
	TraceID  TraceID   `json:"trace_id"`
	SpanID   SpanID    `json:"span_id"`
	Start    time.Time `json:"start"`    // of the call
	Revision int       `json:"revision"` // of the row that held the figure
	Cost     Cost      `json:"cost"`     // without the vendor's claim, which does not change
	Replaced time.Time `json:"replaced"` // in microseconds
}
