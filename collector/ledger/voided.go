package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ReasonVoided is the reason of a call that an operator took off the bill.
const ReasonVoided = "voided"

// ErrVoided reports a call that is off the bill already.
var ErrVoided = errors.New("the call is voided already")

// Void takes one call off the bill and returns it as it was. The call stays in
// the ledger with its usage: it has no amount, the status invalid, the reason
// ReasonVoided and why as a flag. What it cost is kept among the past costs, and
// repricing leaves it alone.
func Void(ctx context.Context, store Store, trace TraceID, span SpanID, why string) (*Call, error) {
	found, err := store.Trace(ctx, trace)
	if err != nil {
		return nil, err
	}
	for i := range found.Calls {
		c := found.Calls[i]
		if c.SpanID != span {
			continue
		}
		if c.Cost.Reason == ReasonVoided {
			return &c, ErrVoided
		}
		before := c
		past := PastCost{TraceID: trace, SpanID: span, Start: c.Start, Revision: c.Revision, Cost: c.Cost, Replaced: time.Now().UTC().Truncate(time.Microsecond)}
		past.Cost.Vendor = nil
		if err := store.KeepCosts(ctx, []PastCost{past}); err != nil {
			return nil, err
		}
		c.Cost = Cost{Status: "invalid", Reason: ReasonVoided, Flags: []string{LimitText(why, MaxTextBytes)}, Vendor: c.Cost.Vendor}
		c.Revision++
		return &before, store.Write(ctx, Batch{Calls: []Call{c}})
	}
	return nil, fmt.Errorf("span %s of trace %s: %w", span, trace, ErrNotFound)
}
