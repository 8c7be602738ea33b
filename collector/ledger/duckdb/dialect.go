package duckdb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

var _ sqlbuild.Dialect = (*dialect)(nil)

// dialect is how DuckDB is asked. Texts of callers are bound by their place. Numbers and ids
// are written out: DuckDB plans a statement twice if it has a placeholder.
type dialect struct {
	args []any
}

// Bind implements sqlbuild.Dialect.
func (d *dialect) Bind(text string) string {
	d.args = append(d.args, text)
	return "?"
}

// Amount implements sqlbuild.Dialect.
func (d *dialect) Amount(text string) string { return "CAST(" + d.Bind(text) + " AS DECIMAL(38, 18))" }

// Tag implements sqlbuild.Dialect.
func (d *dialect) Tag(key string) string { return "coalesce(tags[" + key + "], '')" }

// Midnight implements sqlbuild.Dialect.
func (d *dialect) Midnight(date string) string { return date + "::TIMESTAMP" }

// LocalTime implements sqlbuild.Dialect. The integers are written out: they come
// from the zone database, not from the caller.
func (d *dialect) LocalTime(instant string, zone []ledger.ZoneSegment, format string) string {
	last := len(zone) - 1
	offset := strconv.FormatInt(zone[last].Offset.Microseconds(), 10)
	if last > 0 {
		var earlier strings.Builder
		for _, segment := range zone[:last] {
			fmt.Fprintf(&earlier, "WHEN epoch_ns(%s) < %d THEN %d ", instant, segment.Until.UnixNano(), segment.Offset.Microseconds())
		}
		offset = "CASE " + earlier.String() + "ELSE " + offset + " END"
	}
	return fmt.Sprintf("strftime(make_timestamp(epoch_ns(%s) // 1000 + (%s)), '%s')", instant, offset, format)
}

// boundedNanos is an end of a period as the statements take it. Nanoseconds as an
// int64 reach from 1678 to 2262, and the years beyond would come out as others.
func boundedNanos(t time.Time) int64 { return ledger.Bounded(t).UnixNano() }

// instantOf is the instant of nanoseconds since 1970.
func instantOf(nanos int64) string { return "make_timestamp_ns(" + strconv.FormatInt(nanos, 10) + ")" }

// Period implements sqlbuild.Dialect.
func (d *dialect) Period(instant string, from, until time.Time) []string {
	var conditions []string
	if !from.IsZero() {
		conditions = append(conditions, instant+" >= "+instantOf(boundedNanos(from)))
	}
	if !until.IsZero() {
		conditions = append(conditions, instant+" < "+instantOf(boundedNanos(until)))
	}
	return conditions
}

// OfTrace implements sqlbuild.Dialect.
func (d *dialect) OfTrace(id ledger.TraceID) string {
	return "trace_id = '" + id.String() + "'::UUID"
}

// OfSpan implements sqlbuild.Dialect.
func (d *dialect) OfSpan(id ledger.SpanID) string { return "span_id = " + spanLiteral(id) }

func spanLiteral(id ledger.SpanID) string {
	return strconv.FormatUint(spanIDValue(id), 10) + "::UBIGINT"
}

// ReceivedAfter implements sqlbuild.Dialect.
func (d *dialect) ReceivedAfter(cursor ledger.LogCursor) string {
	received := fmt.Sprintf("make_timestamp(%d)", cursor.Received.UnixMicro())
	return "(received_time > " + received + " OR received_time = " + received +
		" AND log_id > " + spanLiteral(ledger.SpanID(cursor.ID)) + ")"
}
