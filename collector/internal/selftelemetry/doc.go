// Package selftelemetry is the collector's telemetry about itself: its log and its
// metrics, with the keys of service::telemetry. It takes the place of the
// Collector's own factory, which also exports logs and traces and detects the
// resource, and compiles Kubernetes' client for the latter.
package selftelemetry
