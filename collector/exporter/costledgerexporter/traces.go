package costledgerexporter

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
)

// traces queues spans: most of them in one queue, and spans of large traces in a second
// one, so that a trace whose spans come faster than they are written does not delay
// other calls. Spans without a row are left out.
type traces struct {
	exporter.Traces
	large    *largeTraces // nil without a queue
	exporter *costLedger
}

// Capabilities spare the pipeline a copy of the spans for this exporter: what it
// queues are rows, made before ConsumeTraces returns.
func (traces) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: false} }

// Start opens the store with the first queue.
func (t traces) Start(ctx context.Context, host component.Host) error {
	if err := t.Traces.Start(ctx, host); err != nil || t.large == nil {
		return err
	}
	return t.large.Start(ctx, host)
}

// Shutdown closes the store with the first queue.
func (t traces) Shutdown(ctx context.Context) error {
	return t.exporter.shutDown(func() error {
		if t.large == nil {
			return t.Traces.Shutdown(ctx)
		}
		return errors.Join(t.large.Shutdown(ctx), t.Traces.Shutdown(ctx))
	})
}

func (t traces) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	if !rows.Any(td) {
		t.exporter.telemetry.Ignored(ctx, td.SpanCount())
		return nil
	}
	err := t.queue(ctx, td)
	switch cause := ledger.CauseOf(err); {
	case err == nil:
		t.exporter.refusal.over()
	case cause == ledger.CauseDiskFull, cause == ledger.CauseReadOnly, cause == ledger.CauseAccessDenied:
		t.exporter.refusal.add(err)
	}
	return err
}

// queue returns an error unless all spans are in a queue. A sender then sends all of
// them again, and those that were queued twice are stored once.
func (t traces) queue(ctx context.Context, td ptrace.Traces) error {
	if t.large == nil {
		return t.Traces.ConsumeTraces(ctx, td)
	}
	others, large := t.large.divide(td)
	if others.SpanCount() > 0 {
		if err := t.Traces.ConsumeTraces(ctx, others); err != nil {
			return err
		}
	}
	if large.SpanCount() > 0 {
		return t.large.ConsumeTraces(ctx, large)
	}
	return nil
}
