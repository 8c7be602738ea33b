// Package operate changes a ledger: its retention, its settled bills, its prices and
// single calls. [On] works on a store. A client of a running collector
// (package remote) does the same through the collector that holds the store.
package operate
