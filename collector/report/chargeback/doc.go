// Package chargeback turns a month of the ledger into what each department
// pays: its own calls, its share of what is for all, a markup, and corrections
// of months already closed. Every statement adds up to the ledger, to the last
// digit; [Statement.Verify] proves it.
package chargeback
