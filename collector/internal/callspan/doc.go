// Package callspan is the one reading of a call's span. The cost processor, the
// metrics connector and the ledger's exporter use it, so that an attribute means
// the same to a price, a metric and a row.
package callspan
