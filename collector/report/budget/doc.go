// Package budget compares what was spent with what was planned: for any scope
// the ledger knows, by month, week or day, with the end of the period foreseen.
package budget
