package clickhouse

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// replaced are the instants of rows that a newer version may replace. Rollups have
// other columns, and no versions.
var replaced = map[string]bool{"start_time": true, "time": true}

var _ sqlbuild.Dialect = (*dialect)(nil)

// dialect is how ClickHouse is asked. Values are bound by name.
type dialect struct {
	parameters []proto.Parameter
}

// bind adds a value and returns its placeholder.
func (d *dialect) bind(value, kind string) string {
	name := "p" + strconv.Itoa(len(d.parameters))
	d.parameters = append(d.parameters, parameter(name, value))
	return "{" + name + ":" + kind + "}"
}

// Bind implements sqlbuild.Dialect.
func (d *dialect) Bind(text string) string { return d.bind(text, "String") }

// Amount implements sqlbuild.Dialect.
func (d *dialect) Amount(text string) string { return "toDecimal128(" + d.Bind(text) + ", 18)" }

// Tag implements sqlbuild.Dialect.
func (d *dialect) Tag(key string) string { return "tags[" + key + "]" }

// Midnight implements sqlbuild.Dialect.
func (d *dialect) Midnight(date string) string { return "toDateTime(" + date + ", 'UTC')" }

// LocalTime implements sqlbuild.Dialect. The integers are written out: they come
// from the zone database, not from the caller.
func (d *dialect) LocalTime(instant string, zone []ledger.ZoneSegment, format string) string {
	last := len(zone) - 1
	offset := strconv.FormatInt(int64(zone[last].Offset.Seconds()), 10)
	if last > 0 {
		var earlier strings.Builder
		for _, segment := range zone[:last] {
			fmt.Fprintf(&earlier, "%s < fromUnixTimestamp64Nano(%d, 'UTC'), %d, ", instant, segment.Until.UnixNano(), int64(segment.Offset.Seconds()))
		}
		offset = "multiIf(" + earlier.String() + offset + ")"
	}
	return fmt.Sprintf("formatDateTime(addSeconds(%s, %s), '%s', 'UTC')", instant, offset, format)
}

// Period implements sqlbuild.Dialect. The day is bounded as well, because the key
// begins with it. The server leaves out parts of a table by the least and greatest
// instant in them, before FINAL: where the newest version of a row is at another time
// of its day, an older one would be found. So the instant of such rows is compared by
// an expression that the server does not take for monotonic. Of sums by day the column
// is bounded as it is: the server does not find the key behind an expression of it.
func (d *dialect) Period(instant string, from, until time.Time) []string {
	var conditions []string
	date := "toDate(" + instant + ")"
	if instant == d.Midnight("day") {
		date = "day"
	}
	bound := func(t time.Time, compared, day string) {
		nanos := d.bind(strconv.FormatInt(ledger.Bounded(t).UnixNano(), 10), "Int64")
		at := "fromUnixTimestamp64Nano(" + nanos + ", 'UTC')"
		exact := instant + " " + compared + " " + at
		if replaced[instant] {
			exact = "bitNot(bitNot(toUnixTimestamp64Nano(" + instant + "))) " + compared + " " + nanos // not monotonic to the server
		}
		conditions = append(conditions, exact, date+" "+day+" toDate("+at+")")
	}
	if !from.IsZero() {
		bound(from, ">=", ">=")
	}
	if !until.IsZero() {
		bound(until, "<", "<=")
	}
	return conditions
}

// OfTrace implements sqlbuild.Dialect.
func (d *dialect) OfTrace(id ledger.TraceID) string {
	return "trace_id = toFixedString(unhex(" + d.Bind(id.String()) + "), 16)"
}

// OfSpan implements sqlbuild.Dialect.
func (d *dialect) OfSpan(id ledger.SpanID) string {
	return "span_id = toFixedString(unhex(" + d.Bind(id.String()) + "), 8)"
}

// ReceivedAfter implements sqlbuild.Dialect: the version falls with the time of
// receipt.
func (d *dialect) ReceivedAfter(cursor ledger.LogCursor) string {
	version := d.bind(strconv.FormatUint(packLogVersion(cursor.Received), 10), "UInt64")
	id := "toFixedString(unhex(" + d.Bind(cursor.ID.String()) + "), 8)"
	return "(version < " + version + " OR version = " + version + " AND log_id > " + id + ")"
}
