// Package deploytest holds the tests that the files under deploy agree with
// each other, with the dashboards and with the binary.
package deploytest
