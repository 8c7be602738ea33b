// Package reprice prices stored calls again after a correction of the prices.
//
// A call is priced from what the ledger kept of it: its usage and the terms it
// was served on, at its own start time, never at the price of today. The figure
// it had is kept next to it, the row is written with the next revision, and a span
// that is delivered again afterwards does not undo the correction. Repricing
// with the prices a call was priced at changes nothing, so it may be repeated.
package reprice
