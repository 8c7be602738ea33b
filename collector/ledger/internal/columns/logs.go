package columns

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Logs are the columns of a log record but for its version.
func Logs[C any](k Kinds[ledger.Log, C]) []C {
	return []C{
		k.TraceID("trace_id", func(l *ledger.Log) *ledger.TraceID { return &l.TraceID }),
		k.SpanID("span_id", func(l *ledger.Log) *ledger.SpanID { return &l.SpanID }),
		k.SpanID("log_id", func(l *ledger.Log) *ledger.SpanID { return (*ledger.SpanID)(&l.ID) }),
		k.Instant("time", func(l *ledger.Log) *time.Time { return &l.Time }),
		k.Word("kind", func(l *ledger.Log) *string { return (*string)(&l.Kind) }),
		k.Small("severity", func(l *ledger.Log) *int { return &l.Severity }),
		k.Word("event_name", func(l *ledger.Log) *string { return &l.EventName }),
		k.Text("body", func(l *ledger.Log) *string { return &l.Body }),
		k.Word("error_type", func(l *ledger.Log) *string { return &l.ErrorType }),
		k.Text("user_id", func(l *ledger.Log) *string { return &l.User }),
		k.Word("department", func(l *ledger.Log) *string { return &l.Department }),
		k.Word("application", func(l *ledger.Log) *string { return &l.Application }),
		k.Word("environment", func(l *ledger.Log) *string { return &l.Environment }),
		k.Word("agent", func(l *ledger.Log) *string { return &l.Agent }),
		k.Word("service", func(l *ledger.Log) *string { return &l.Service }),
		k.Word("provider", func(l *ledger.Log) *string { return &l.Provider }),
		k.Word("model", func(l *ledger.Log) *string { return &l.Model }),
		k.Word("operation", func(l *ledger.Log) *string { return &l.Operation }),
		k.Tags("attributes", func(l *ledger.Log) *map[string]string { return &l.Attributes }),
	}
}
