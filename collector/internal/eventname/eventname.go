// Package eventname reads the name of a log record that is an event.
package eventname

import (
	"strings"

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

// Agent is a coding agent that reports its calls as log records.
type Agent struct {
	// Prefix begins the names of its records. Some releases leave it out.
	Prefix string
	// Scope begins the names of its instrumentation scopes.
	Scope string
}

// Agents are the coding agents.
var Agents = []Agent{
	{Prefix: "claude_code.", Scope: "com.anthropic.claude_code"},
	{Prefix: "codex.", Scope: "codex"},
	{Prefix: "gemini_cli.", Scope: "gemini"},
	{Prefix: "cursor.", Scope: "cursor.telemetry"},
	{Prefix: "opencode.", Scope: "com.opencode"},
}

// Full is the name of a record with the prefix of the coding agent that its scope
// names, if it is one.
func Full(scope string, record plog.LogRecord) string {
	name := OrBody(record)
	if name == "" {
		return ""
	}
	for _, a := range Agents {
		if strings.HasPrefix(name, a.Prefix) {
			return name
		}
	}
	for _, a := range Agents {
		if strings.HasPrefix(scope, a.Scope) {
			return a.Prefix + name
		}
	}
	return name
}
