// Package apierror answers requests to the HTTP APIs of the collector that fail. It
// alone decides which status an error has.
package apierror
