// Package report answers the questions finance and engineering ask of the
// ledger. A question is a Go type; asking it of any [ledger.Reader] (a store,
// or a running collector through ledger/remote) gives a typed answer, which
// Document turns into something package format can write.
//
// Every figure of an answer comes from the same sums, so that the answers to
// different questions about one period reconcile to the last digit.
package report
