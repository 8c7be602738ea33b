package costledgerexporter

import (
	"context"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/rows"
)

// traces spares the queue what has no row.
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
	return t.Traces.ConsumeTraces(ctx, td)
}
