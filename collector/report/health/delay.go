package health

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

const (
	// delayCalls are the newest calls that are looked at.
	delayCalls = 100
	// maxDelay is how long after its end a call may reach the collector: SDKs
	// send every five seconds, and retry for a minute.
	maxDelay = time.Minute
)

// examineDelay says how long after their end calls arrive: batches of senders,
// retries, and clocks that are wrong.
func examineDelay(ctx context.Context, reader ledger.Reader, now time.Time) (Findings, error) {
	calls, err := reader.CallList(ctx, ledger.CallQuery{From: now.Add(-window), Until: now.Add(ahead), Limit: delayCalls})
	if err != nil || len(calls) == 0 {
		return nil, err
	}
	delays := make([]time.Duration, len(calls))
	for i := range calls {
		delays[i] = max(0, calls[i].Received.Sub(calls[i].Start.Add(calls[i].Duration)))
	}
	slices.Sort(delays)
	middle := delays[len(delays)/2]
	f := Finding{Check: "delay", Grade: OK, Says: fmt.Sprintf("calls reach the collector %s after they end (median of the newest %d)", format.Elapsed(middle), len(calls))}
	if middle > maxDelay {
		f.Grade, f.Hint = Warning, "check if senders retry (because the collector is overloaded or was down), and if their clocks are correct"
	}
	return Findings{f}, nil
}
