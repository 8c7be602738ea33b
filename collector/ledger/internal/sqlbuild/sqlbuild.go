// Package sqlbuild turns a query of the ledger into SQL. What both engines write
// alike is built here; the rest is the Dialect of the store.
package sqlbuild

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// day is as long as a trace is taken to last at most.
const day = 24 * time.Hour

// Dialect holds the SQL in which engines differ. It keeps the values that it
// binds, in the order of their placeholders: there is one for each statement.
type Dialect interface {
	// Bind adds a text and returns its placeholder.
	Bind(text string) string
	// Amount adds a decimal and returns its placeholder, to compare a cost with.
	Amount(text string) string
	// Tag is the value under a key, which is a placeholder; "" where there is none.
	Tag(key string) string
	// Midnight is the instant at which a date of UTC begins.
	Midnight(date string) string
	// LocalTime is an instant of a zone as text. The format is one of strftime
	// that holds nothing but %Y, %m, %d, %H and %u.
	LocalTime(instant string, zone []ledger.ZoneSegment, format string) string
	// Period bounds an instant; a zero bound is none.
	Period(instant string, from, until time.Time) []string
	// OfTrace keeps the rows of a trace.
	OfTrace(id ledger.TraceID) string
	// OfSpan keeps the rows of a span.
	OfSpan(id ledger.SpanID) string
	// ReceivedAfter keeps the log records that were received after one.
	ReceivedAfter(cursor ledger.LogCursor) string
}
