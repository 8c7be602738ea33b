package costledgerexporter

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/ledger"
)

// rollups refreshes the sums of a store in the background.
type rollups struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func startRollups(store ledger.Store, interval time.Duration, logger *zap.Logger) *rollups {
	ctx, cancel := context.WithCancel(context.Background())
	r := &rollups{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		failing := false
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			err := store.Refresh(ctx)
			if err != nil && !failing && ctx.Err() == nil {
				// Once for each outage: reports stay right meanwhile.
				logger.Warn("The rollups of the ledger cannot be refreshed", zap.Error(err))
			}
			failing = err != nil
		}
	}()
	return r
}

func (r *rollups) stop() {
	r.cancel()
	<-r.done
}
