//go:generate mdatagen metadata.yaml

// Package costledgerexporter writes the cost ledger: one row for each LLM call
// and one for each agent, step and tool around it, into ClickHouse or DuckDB.
package costledgerexporter
