package ledger

import (
	"context"
	"time"
)

// Source gives every row of a store, for moving it or taking it elsewhere.
type Source interface {
	// Extent is when the first and the last row start; zero when there is none.
	Extent(ctx context.Context) (first, last time.Time, err error)
	// Calls returns every call that starts in [from, until), billable or not,
	// in no order.
	Calls(ctx context.Context, from, until time.Time) ([]Call, error)
	// Spans returns every agent span that starts in [from, until), in no order.
	Spans(ctx context.Context, from, until time.Time) ([]AgentSpan, error)
}
