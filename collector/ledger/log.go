package ledger

import (
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// LogID identifies a log record, in its span or without one. It
// follows from the record alone, so that a record delivered again has the same
// one.
type LogID [8]byte

// String is lower-case hexadecimal.
func (id LogID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText writes String.
func (id LogID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *LogID) UnmarshalText(text []byte) error {
	if err := decodeID(id[:], string(text)); err != nil {
		return fmt.Errorf("log id %q: %w", text, err)
	}
	return nil
}

// LogKind says what a log record is.
type LogKind string

// Kinds of log records.
const (
	LogCall        LogKind = "call"        // the one record of an LLM call
	LogEvent       LogKind = "event"       // another event of the GenAI conventions
	LogApplication LogKind = "application" // whatever an application logs
)

// Log is one log record, kept for some days next to the calls. It belongs to the
// call or agent span with its trace and span id.
type Log struct {
	TraceID TraceID   `json:"trace_id,omitzero"` // zero outside a trace
	SpanID  SpanID    `json:"span_id,omitzero"`
	ID      LogID     `json:"log_id"`
	Time    time.Time `json:"time"`
	Kind    LogKind   `json:"kind"`

	Severity  int    `json:"severity,omitzero"` // OpenTelemetry's number, 1 to 24; 0 = not given
	EventName string `json:"event_name,omitzero"`
	Body      string `json:"body,omitzero"`
	ErrorType string `json:"error_type,omitzero"`

	User        string `json:"user,omitzero"`
	Department  string `json:"department,omitzero"`
	Application string `json:"application,omitzero"`
	Environment string `json:"environment,omitzero"`
	Agent       string `json:"agent,omitzero"`
	Service     string `json:"service,omitzero"`
	Provider    string `json:"provider,omitzero"`
	Model       string `json:"model,omitzero"` // that answered, else asked for
	Operation   string `json:"operation,omitzero"`

	Attributes map[string]string `json:"attributes,omitzero"` // all others

	// Of two rows with one key the one received first holds: a record delivered
	// again changes nothing.
	Received time.Time `json:"received"` // in microseconds
}

// exceptionMessage is the attribute with the message of an error.
const exceptionMessage = "exception.message"

// Message returns what the record says: its body and the message of its error.
func (l *Log) Message() string {
	message := l.Attributes[exceptionMessage]
	switch {
	case l.Body == "" && message == "":
		return l.EventName
	case l.Body == "":
		return message
	case message == "" || message == l.Body:
		return l.Body
	}
	return l.Body + ": " + message
}

// Numbers of severity that a level begins at.
const (
	SeverityWarn  = 13
	SeverityError = 17
)

var severities = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// SeverityText is the level of a number of severity: "WARN"; "" for none.
func SeverityText(number int) string {
	if number < 1 || number > 4*len(severities) {
		return ""
	}
	return severities[(number-1)/4]
}

// ParseSeverity finds the first number of a level by its name, in upper case.
func ParseSeverity(text string) (number int, ok bool) {
	i := slices.Index(severities, text)
	return 4*i + 1, i >= 0
}
