// Package resultevent reads evaluations and outcomes out of events of spans and out of
// log records.
package resultevent
