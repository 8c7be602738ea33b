package ledger

import (
	"context"
	"time"
)

// Part is a kind of rows that a ledger holds.
type Part string

// Parts of a ledger.
const (
	PartRows      Part = "calls and agent spans"
	PartSums      Part = "sums by hour"
	PartPastCosts Part = "past costs"
	PartLogs      Part = "log records"
)

// Source gives every row of a store, for moving it or taking it elsewhere. Rows
// come in no order.
type Source interface {
	// Extent is when the first and the last row of a part start, of those that
	// start at from or later; zero when there is none.
	Extent(ctx context.Context, part Part, from time.Time) (first, last time.Time, err error)
	// Calls returns every call that starts in [from, until), billable or not.
	Calls(ctx context.Context, from, until time.Time) ([]Call, error)
	// Spans returns every agent span that starts in [from, until).
	Spans(ctx context.Context, from, until time.Time) ([]AgentSpan, error)
	// PastCostsBetween returns what calls that start in [from, until) cost before.
	PastCostsBetween(ctx context.Context, from, until time.Time) ([]PastCost, error)
	// LogsBetween returns every log record of [from, until) as it was written.
	LogsBetween(ctx context.Context, from, until time.Time) ([]Log, error)
	// Sums returns the sums of the hours in [from, until), whether their calls
	// are kept or not.
	Sums(ctx context.Context, from, until time.Time) ([]Sum, error)
}

// SumKeeper takes over the sums of another store.
type SumKeeper interface {
	// KeepSums stores the sums of a day of UTC that the store has neither calls
	// nor sums of. All are stored or none. A call of an hour they are of that is
	// delivered later changes them no more.
	KeepSums(ctx context.Context, day time.Time, sums []Sum) error
}
