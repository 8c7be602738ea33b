// Package ledger is the record of what LLM calls cost: one row a call, one
// compact row for each agent, step and tool span around it, and the Store
// interface that ClickHouse and the embedded DuckDB both satisfy.
//
// Rows are keyed by (trace id, span id): writing a row twice is writing it
// once, whichever collector or batch it comes from.
package ledger
