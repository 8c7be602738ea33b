// Package durability proves, with processes that are killed, that a span or
// log record which the collector has acknowledged is in the ledger once.
package durability
