// Package logstest runs the shipped configuration with real traffic: log records
// reach the ledger once, next to their calls, and the other stores that
// deploy/collector has configurations for.
package logstest
