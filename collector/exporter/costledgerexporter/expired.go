package costledgerexporter

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/ledger"
)

// askAgainAfter is how long an answer of the store about its retention, which
// uses days, is used.
const askAgainAfter = time.Minute

// expired counts the rows that come after the retention they would have had, and
// says so once, and repeats it if it continues.
type expired struct {
	store     ledger.Store
	logger    *zap.Logger
	telemetry *metadata.Telemetry
	now       func() time.Time

	mu    sync.Mutex
	since time.Time // first day the store keeps
	asked time.Time
	said  time.Time
}

func newExpired(store ledger.Store, logger *zap.Logger, telemetry *metadata.Telemetry) *expired {
	return &expired{store: store, logger: logger, telemetry: telemetry, now: time.Now}
}

// see counts the rows of batches that were written. An answer that does not come
// counts none: the next write asks again.
func (x *expired) see(ctx context.Context, batches []ledger.Batch) {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.now()
	if now.Sub(x.asked) >= askAgainAfter {
		since, err := x.store.KeptSince(ctx)
		if err != nil {
			return
		}
		x.since, x.asked = since, now
	}
	var calls, spans int
	var oldest time.Time
	see := func(start time.Time, n *int) {
		if !start.Before(x.since) {
			return
		}
		*n++
		if oldest.IsZero() || start.Before(oldest) {
			oldest = start
		}
	}
	for c := range ledger.CallsOf(batches) {
		see(c.Start, &calls)
	}
	for s := range ledger.SpansOf(batches) {
		see(s.Start, &spans)
	}
	if calls+spans == 0 {
		return
	}
	x.telemetry.Expired(ctx, calls, spans)
	if !x.said.IsZero() && now.Sub(x.said) < repeatAfter {
		return
	}
	x.said = now
	x.logger.Warn("Calls arrived after the retention of their day: they are in no report",
		zap.Int("calls", calls), zap.Int("spans", spans), zap.Time("oldest", oldest), zap.Time("kept_since", x.since),
		zap.String("hint", "if the calls were delivered before, do nothing; otherwise keep calls longer: spanledger retention --detail-days"))
}
