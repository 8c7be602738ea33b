package costledgerexporter

import (
	"context"
	"path/filepath"
	"time"

	"go.opentelemetry.io/collector/exporter"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// stopGrace is the longest time for which a shutdown waits for writes, if their rows are
// also in a queue on disk. Without it, a store that does not answer would delay the end of
// the collector by several timeouts.
const stopGrace = 4 * time.Second

// stopping cancels writes that a shutdown waits for.
type stopping struct {
	grace  time.Duration
	ended  context.Context
	cancel context.CancelFunc
}

// newStopping has no grace where a write that is canceled would lose its rows: the queue
// is in memory, or a write that fails is not repeated.
func newStopping(cfg *Config) stopping {
	var s stopping
	s.ended, s.cancel = context.WithCancel(context.Background())
	if cfg.QueueConfig.HasValue() && cfg.QueueConfig.Get().StorageID != nil && cfg.BackOffConfig.Enabled {
		s.grace = stopGrace
	}
	return s
}

// limit returns a context that also ends with the grace of a shutdown.
func (s *stopping) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(s.ended, cancel)
	return ctx, func() {
		release()
		cancel()
	}
}

// shutDown stops queues. Rows that are not written within the grace stay on disk, and are
// written after the next start.
func (e *costLedger) shutDown(shutdown func() error) error {
	if e.stop.grace > 0 {
		timer := time.AfterFunc(e.stop.grace, func() {
			e.logger.Warn("The store does not take the last rows in time; they stay in the queue until the next start", zap.Duration("waited", e.stop.grace))
			e.stop.cancel()
		})
		defer timer.Stop()
	}
	return shutdown()
}

// logs queues log records.
type logs struct {
	exporter.Logs
	exporter *costLedger
}

// Shutdown closes the store with the queue.
func (l logs) Shutdown(ctx context.Context) error {
	return l.exporter.shutDown(func() error { return l.Logs.Shutdown(ctx) })
}

// settlerOptions keep what waits to be settled next to the dead-letter file.
func (e *costLedger) settlerOptions() settle.SettlerOptions {
	folder, name := filepath.Split(e.dead.Path())
	return settle.SettlerOptions{
		Report:  func(err error) { e.failed(context.Background(), err) },
		Pending: filepath.Join(folder, "unsettled-"+name),
	}
}
