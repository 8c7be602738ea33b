//go:generate mdatagen metadata.yaml

// Package prometheusexporter serves metrics for Prometheus to scrape, through
// OpenTelemetry's own exporter for the Go SDK. It takes the place of contrib's
// exporter of the same name and keys, which compiles 250 packages more.
package prometheusexporter
