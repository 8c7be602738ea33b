package costledgerexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
)

// NewFactory returns the factory of the cost_ledger exporter.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(
		metadata.Type,
		createDefaultConfig,
		exporter.WithTraces(createTraces, metadata.TracesStability),
		exporter.WithLogs(createLogs, metadata.LogsStability),
	)
}

func createTraces(ctx context.Context, set exporter.Settings, c component.Config) (exporter.Traces, error) {
	cfg := c.(*Config)
	e, err := newExporter(set.TelemetrySettings, cfg)
	if err != nil {
		return nil, err
	}
	e.queue.watch(&set, cfg, "traces")
	queued, err := xexporterhelper.NewTracesRequest(ctx, set, e.convert, e.push, append(e.options(e.startTraces),
		xexporterhelper.WithQueueBatch(cfg.QueueConfig, xexporterhelper.QueueBatchSettings{Encoding: encoding{e}}))...)
	if err != nil {
		return nil, err
	}
	return traces{Traces: queued, exporter: e}, nil
}

func createLogs(ctx context.Context, set exporter.Settings, c component.Config) (exporter.Logs, error) {
	cfg := c.(*Config)
	e, err := newExporter(set.TelemetrySettings, cfg)
	if err != nil {
		return nil, err
	}
	e.queue.watch(&set, cfg, "logs")
	return exporterhelper.NewLogs(ctx, set, cfg, e.pushLogs, append(e.options(e.start),
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		exporterhelper.WithQueue(cfg.QueueConfig))...)
}

// options are those of either signal; each has a queue of its own.
func (e *costLedger) options(start component.StartFunc) []exporterhelper.Option {
	return []exporterhelper.Option{
		exporterhelper.WithStart(start),
		exporterhelper.WithShutdown(e.shutdown),
		exporterhelper.WithTimeout(e.cfg.TimeoutConfig),
		exporterhelper.WithRetry(e.cfg.BackOffConfig),
	}
}
