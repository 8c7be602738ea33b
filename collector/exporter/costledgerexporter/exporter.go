package costledgerexporter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

type costLedger struct {
	cfg       *Config
	logger    *zap.Logger
	telemetry *metadata.Telemetry

	store ledger.Store
	logs  ledger.LogKeeper // nil in a pipeline of traces
	dead  *deadletter.File

	rollups *rollups

	migrating sync.Mutex
	migrated  bool // guarded by migrating
}

func newExporter(set component.TelemetrySettings, cfg *Config) (*costLedger, error) {
	telemetry, err := metadata.NewTelemetry(set)
	if err != nil {
		return nil, err
	}
	return &costLedger{cfg: cfg, logger: set.Logger, telemetry: telemetry}, nil
}

// start opens the store. A server that is not there yet is no reason to stop:
// the queue holds what arrives until it is.
func (e *costLedger) start(ctx context.Context, _ component.Host) error {
	store, err := ledgerstore.Open(ctx, string(e.cfg.Endpoint))
	if err != nil {
		return err
	}
	e.store = store
	e.dead = deadletter.New(e.cfg.DeadLetter.File)

	ctx, cancel := context.WithTimeout(ctx, e.cfg.TimeoutConfig.Timeout)
	defer cancel()
	err = e.migrate(ctx)
	var newer *ledger.SchemaNewerError
	switch {
	case errors.As(err, &newer):
		return err
	case err != nil:
		e.logger.Warn("The ledger's store is not ready; what arrives waits in the queue", zap.Error(err))
	}
	return nil
}

// startTraces also keeps the rollups, which need one keeper only, fresh.
func (e *costLedger) startTraces(ctx context.Context, host component.Host) error {
	if err := e.start(ctx, host); err != nil {
		return err
	}
	if refresher, ok := e.store.(ledger.Refresher); ok && e.cfg.RollupInterval > 0 {
		e.rollups = startRollups(refresher, e.cfg.RollupInterval, e.logger)
	}
	return nil
}

func (e *costLedger) shutdown(context.Context) error {
	if e.store == nil {
		return nil
	}
	if e.rollups != nil {
		e.rollups.stop()
	}
	return e.store.Close()
}

// migrate runs until it has succeeded once.
func (e *costLedger) migrate(ctx context.Context) error {
	e.migrating.Lock()
	defer e.migrating.Unlock()
	if e.migrated {
		return nil
	}
	if err := e.store.Migrate(ctx); err != nil {
		return err
	}
	e.migrated = true
	return nil
}

func (e *costLedger) pushTraces(ctx context.Context, td ptrace.Traces) error {
	b := rows.NewBuilder(time.Now())
	b.Grow(td.SpanCount())
	for _, resource := range td.ResourceSpans().All() {
		r := rows.NewResource(resource.Resource().Attributes())
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				b.Add(r, span)
			}
		}
	}
	err := e.write(ctx, b)
	var rowError *ledger.RowError
	if errors.As(err, &rowError) {
		err = e.writeWithoutPoison(ctx, td, b)
	}
	if err != nil {
		return err
	}
	e.telemetry.Ignored(ctx, b.Ignored)
	return nil
}

func (e *costLedger) write(ctx context.Context, b *rows.Builder) error {
	if len(b.Batch.Calls) == 0 && len(b.Batch.Spans) == 0 {
		return nil
	}
	start := time.Now()
	err := e.migrate(ctx)
	if err == nil {
		settle.Prepare(&b.Batch)
		err = e.store.Write(ctx, b.Batch)
	}
	if store, ok := e.store.(settle.Store); ok && err == nil {
		// After a failure the whole batch comes again, which is harmless.
		err = settle.Settle(ctx, store, b.Batch)
	}
	if err != nil {
		e.telemetry.Failed(ctx)
		return err
	}
	now := time.Now()
	e.telemetry.Written(ctx, len(b.Batch.Calls), len(b.Batch.Spans), now.Sub(start), now.Sub(b.Oldest))
	return nil
}

// writeWithoutPoison builds the rows again, one span at a time: those that no
// store can hold go to the dead-letter file, the rest to the store. The file
// comes first: what it cannot take stays in the queue.
func (e *costLedger) writeWithoutPoison(ctx context.Context, td ptrace.Traces, whole *rows.Builder) error {
	kept := rows.NewBuilder(time.Now())
	var letters []deadletter.Letter
	for _, resource := range td.ResourceSpans().All() {
		r := rows.NewResource(resource.Resource().Attributes())
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				one := rows.NewBuilder(time.Now())
				if !one.Add(r, span) {
					continue
				}
				if err := one.Check(); err != nil {
					letters = append(letters, deadletter.NewLetter(err, resource, scope, span))
					continue
				}
				kept.Add(r, span)
			}
		}
	}
	if err := e.dead.Append(letters); err != nil {
		return fmt.Errorf("dead-letter file: %w", err)
	}
	e.telemetry.DeadLettered(ctx, len(letters))
	e.logger.Warn("Spans that the ledger cannot hold are in the dead-letter file",
		zap.Int("spans", len(letters)), zap.String("file", e.dead.Path()), zap.String("first", letters[0].Reason))
	kept.Ignored = whole.Ignored
	return e.write(ctx, kept)
}
