// Package setup wires the OpenTelemetry SDK for an application: traces, metrics
// and logs over OTLP, resource detection and batching, in one call.
//
//	shutdown, err := setup.Start(ctx, setup.WithServiceName("intake-bot"))
//	if err != nil {
//		return err
//	}
//	defer shutdown(context.Background())
//
// It is a package of its own so that the library stays light: [tracing] and
// otelgenai import the OpenTelemetry API alone, and an application that wires
// its SDK itself needs nothing from here.
//
// A collector that is missing, slow or gone never blocks or breaks the
// application: exporters connect in the background, queues are bounded and drop
// when full, and shutdown gives up with its context.
//
// # Environment
//
// The standard OTEL_* variables are honoured. Options win over variables.
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
// A sampler other than always_on loses calls before the ledger sees them. To
// keep fewer traces, sample behind the collector's ledger instead.
//
// The global propagator is left as it is: with one installed, any HTTP client
// instrumented by otelhttp would send the trace to LLM vendors as well.
//
// [tracing]: https://pkg.go.dev/github.com/spanledger/spanledger/tracing
package setup
