package costledgerexporter

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configoptional"
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
	queue := func(set exporter.Settings, cfg configoptional.Optional[exporterhelper.QueueBatchConfig], state *queueState, remembered *memory, options ...exporterhelper.Option) (exporter.Traces, error) {
		return xexporterhelper.NewTracesRequest(ctx, set, e.convert, e.pushOf(state), append(options,
			xexporterhelper.WithQueueBatch(cfg, xexporterhelper.QueueBatchSettings{Encoding: encoding{e, remembered}}))...)
	}
	first := set
	e.queue.watch(&first, cfg, "traces")
	queued, err := queue(first, cfg.QueueConfig, e.queue, newMemory(), e.options(e.startTraces, e.shutdown)...)
	if err != nil || !cfg.QueueConfig.HasValue() {
		return traces{Traces: queued, exporter: e}, err
	}
	set.ID = largeID(set.ID)
	e.largeQueue = new(queueState)
	e.largeQueue.watch(&set, cfg, "traces")
	large, err := queue(set, largeQueue(*cfg.QueueConfig.Get()), e.largeQueue, nil, e.options(nil, nil)...)
	if err != nil {
		return nil, err
	}
	return traces{Traces: queued, large: newLargeTraces(large), exporter: e}, nil
}

func createLogs(ctx context.Context, set exporter.Settings, c component.Config) (exporter.Logs, error) {
	cfg := c.(*Config)
	e, err := newExporter(set.TelemetrySettings, cfg)
	if err != nil {
		return nil, err
	}
	e.queue.watch(&set, cfg, "logs")
	queued, err := exporterhelper.NewLogs(ctx, set, cfg, e.pushLogs, append(e.options(e.start, e.shutdown),
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		exporterhelper.WithQueue(cfg.QueueConfig))...)
	if err != nil {
		return nil, err
	}
	return logs{queued, e}, nil
}

// options are those of every queue. The first one of a signal starts and ends the exporter.
func (e *costLedger) options(start component.StartFunc, shutdown component.ShutdownFunc) []exporterhelper.Option {
	return []exporterhelper.Option{
		exporterhelper.WithStart(start),
		exporterhelper.WithShutdown(shutdown),
		exporterhelper.WithTimeout(e.cfg.TimeoutConfig),
		exporterhelper.WithRetry(e.cfg.BackOffConfig),
	}
}
