// Package upgradetest holds the tests that another version takes over: what an
// earlier binary left on disk, under the configuration it had, is carried on by
// this one, and what this one has written can be taken back by an earlier one.
//
// testdata has a folder for each state of the project that is kept, by its day:
// the otel-collector.yaml of then; queue.gz, the persistent queue of a collector
// of then which was killed while its store was down, with three calls in it; and
// ledger.duckdb.gz, a ledger of then with two calls, which it keeps for 9,000
// days. Binaries of then wrote them.
package upgradetest
