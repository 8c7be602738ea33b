//go:build race

package report_test

// Under the race detector the data set is a tenth: the figures are proven
// without it.
const datasetSize = 20_000
