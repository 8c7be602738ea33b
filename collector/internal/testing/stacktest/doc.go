// Package stacktest starts what the project ships, for tests of how its parts
// work together: the built binary with otel-collector.yaml, the real ClickHouse
// or DuckDB behind it, and the real Prometheus with the shipped configuration
// and rules.
package stacktest
