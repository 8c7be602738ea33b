// Package checktest holds the test that `spanledger check` tells a working
// installation from broken ones: the built binary, the real ClickHouse,
// Prometheus and Jaeger with the shipped configuration, and each of them broken
// in turn.
package checktest
