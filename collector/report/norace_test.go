//go:build !race

package report_test

const datasetSize = 200_000
