//go:generate mdatagen metadata.yaml

// Package genainormalizerprocessor turns the LLM telemetry of any SDK into the
// current GenAI semantic conventions and marks the spans that may be billed.
package genainormalizerprocessor
