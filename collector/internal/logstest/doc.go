// Package logstest runs the shipped configuration with real traffic: log records
// reach the ledger once, beside their calls, and the other stores that
// deploy/collector has configurations for.
package logstest
