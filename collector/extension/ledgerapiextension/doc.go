//go:generate mdatagen metadata.yaml

// Package ledgerapiextension serves the ledger's read API from a running
// collector, so that reports work while it holds the DuckDB file.
package ledgerapiextension
