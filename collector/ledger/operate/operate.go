package operate

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/reprice"
)

// Operator changes a ledger. Every method may be repeated after an error.
type Operator interface {
	// Retention is how long data is kept.
	Retention(ctx context.Context) (ledger.Retention, error)
	// SetRetention keeps data so long from now on; what has expired is deleted later.
	SetRetention(ctx context.Context, r ledger.Retention) error
	// Expire deletes now what has expired.
	Expire(ctx context.Context) error
	// Repair examines the bills of a period and corrects those decided wrongly.
	Repair(ctx context.Context, opts settle.RepairOptions) (*settle.Repaired, error)
	// Reprice prices the calls of a period again.
	Reprice(ctx context.Context, r Repricing) (*reprice.Result, error)
	// Void takes one call off the bill, and returns it as it was.
	Void(ctx context.Context, trace ledger.TraceID, span ledger.SpanID, why string) (*ledger.Call, error)
	// Forget erases a user, and returns how many calls were the user's.
	Forget(ctx context.Context, user string) (calls int64, err error)
}

// Repricing says what to price again, and by which prices.
type Repricing struct {
	From, Until time.Time // calls that start in [From, Until)
	Prices      Prices
	// Apply writes the corrections; otherwise they are only calculated.
	Apply bool
	// Progress is told how far the work is, nil for no one.
	Progress func(done time.Time, calls int)
}
