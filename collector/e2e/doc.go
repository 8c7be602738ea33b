// Package e2e runs the whole path with real parts: the built binary with the
// shipped otel-collector.yaml between the demo's agents and a real ClickHouse,
// a real Prometheus and a real Jaeger, and asks each of them through its own
// query API whether it agrees with what the vendor served.
//
// A part that is not there skips the test by name; with CI set it fails.
package e2e
