// Package setup sets up the OpenTelemetry SDK of an application in one call: traces,
// metrics and logs over OTLP, resource detection and batching.
//
//	shutdown, err := setup.Start(ctx, setup.WithServiceName("intake-bot"))
//	if err != nil {
//		return err
//	}
//	defer shutdown(context.Background())
//
// It is a module of its own, because it needs the SDK and its exporters. [tracing] and
// otelgenai import only the OpenTelemetry API. An application that sets up the SDK
// itself does not need this package.
//
// The application also works if the collector is down or slow: exporters connect in
// the background, queues are bounded and drop what does not fit, and shutdown ends
// with its context.
//
// While the collector is down, an export of spans or log records is repeated for up to
// five minutes, and a connection is tried every five seconds at least. What ends meanwhile
// waits in the queue, of 16384 spans (OTEL_BSP_MAX_QUEUE_SIZE); what does not fit is lost.
// Give a ForceFlush a context with a deadline: it waits for exports that are repeated. The
// OpenTelemetry error handler gets the first error of each export.
// OTEL_BSP_EXPORT_TIMEOUT and OTEL_BLRP_EXPORT_TIMEOUT, in milliseconds, limit the
// repetitions to a shorter time.
//
// # Environment
//
// The standard OTEL_* variables are used. Options take precedence over them.
//
//   - OTEL_SDK_DISABLED=true: Start does nothing.
//   - OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES: the resource.
//   - OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER, OTEL_LOGS_EXPORTER: otlp
//     (default) or none; for metrics also prometheus, which serves
//     OTEL_EXPORTER_PROMETHEUS_HOST:OTEL_EXPORTER_PROMETHEUS_PORT
//     (localhost:9464) at /metrics.
//   - OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL (grpc, http/protobuf), _HEADERS,
//     _TIMEOUT, _COMPRESSION, _CERTIFICATE and their forms for one signal.
//   - OTEL_TRACES_SAMPLER, OTEL_BSP_*, OTEL_BLRP_*, OTEL_METRIC_EXPORT_*,
//     OTEL_SPAN_* and the other variables of the SDK.
//
// With a sampler other than always_on, calls are missing from the ledger. To keep
// fewer traces, sample in the collector, after the ledger.
//
// The global propagator is not changed: with a propagator, every HTTP client with
// otelhttp would send the trace to LLM vendors too.
//
// [tracing]: https://pkg.go.dev/github.com/spanledger/spanledger/tracing
package setup
