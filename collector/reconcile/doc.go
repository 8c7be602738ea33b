// Package reconcile compares the ledger with what a vendor says was used or
// charged: day by day and model by model, in tokens and money, with the likely
// cause of each difference.
//
// Days are UTC on both sides: vendors cut their exports there.
package reconcile
