//go:generate mdatagen metadata.yaml

// Package genaimetricsconnector derives the GenAI metrics, the number of calls
// and their cost from billable spans, with bounded cardinality.
package genaimetricsconnector
