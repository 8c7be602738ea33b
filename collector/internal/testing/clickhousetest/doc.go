// Package clickhousetest starts the real ClickHouse server for tests: HTTP and
// the native protocol on free loopback ports, a data folder of its own, in a
// process of its own that a test may kill and start again.
//
// The server is the library that `make parts` fetches into the repository's
// cache, or the file named by CLICKHOUSE_LIB. Where it is missing, tests are
// skipped by name; with CI set in the environment they fail.
package clickhousetest
