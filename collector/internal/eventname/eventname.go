// Package eventname reads the name of a log record that is an event.
package eventname

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Attribute is the attribute with the name of an event. It was the place of the name
// before records had a field for it, and some emitters still use it.
const Attribute = "event.name"

// Of is the name of a record. The attribute precedes the field: libraries that bridge
// another logger put a position in their source there, such as Rust's
// "event otel/src/events/session_telemetry.rs:737".
func Of(record plog.LogRecord) string {
	if v, ok := record.Attributes().Get(Attribute); ok && v.Type() == pcommon.ValueTypeStr && v.Str() != "" {
		return v.Str()
	}
	return record.EventName()
}

// OrBody is the name of a record of an emitter that may have put it in the body.
func OrBody(record plog.LogRecord) string {
	if name := Of(record); name != "" {
		return name
	}
	if record.Body().Type() == pcommon.ValueTypeStr {
		return record.Body().Str()
	}
	return ""
}
