// Package health says whether the ledger can be relied on: that it answers,
// that calls arrive, and that they are priced and attributed.
package health
