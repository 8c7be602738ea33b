// Package outcomes reads statements about outcomes that come from outside of telemetry:
// over HTTP and from CSV files.
package outcomes
