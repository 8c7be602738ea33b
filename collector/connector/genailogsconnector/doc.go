//go:generate mdatagen metadata.yaml

// Package genailogsconnector makes spans of the log records in which command
// line agents report their LLM calls, so that those calls take the same way to
// the ledger as all others.
package genailogsconnector
