// Package logtail shows the log records of a ledger, and follows what arrives.
package logtail
