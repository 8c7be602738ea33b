package costledgerexporter

import (
	"context"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
	"github.com/spanledger/spanledger/collector/ledger"
)

// traces leaves spans without a row out of the queue.
type traces struct {
	exporter.Traces
	exporter *costLedger
}

// Capabilities spare the pipeline a copy of the spans for this exporter: what it
// queues are rows, made before ConsumeTraces returns.
func (traces) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: false} }

func (t traces) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	if !rows.Any(td) {
		t.exporter.telemetry.Ignored(ctx, td.SpanCount())
		return nil
	}
	err := t.Traces.ConsumeTraces(ctx, td)
	switch cause := ledger.CauseOf(err); {
	case err == nil:
		t.exporter.refusal.over()
	case cause == ledger.CauseDiskFull, cause == ledger.CauseReadOnly, cause == ledger.CauseAccessDenied:
		t.exporter.refusal.add(err)
	}
	return err
}
