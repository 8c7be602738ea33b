package ledgertest

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// MessageLogs gives log records of every severity, with their message wherever
// it may be, and one of no trace.
func MessageLogs(at time.Time) []ledger.Log {
	var logs []ledger.Log
	for n := range 26 {
		l := ledger.Log{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{0x80}, ID: ledger.LogID{7: byte(n + 1)}, Time: at, Received: at, Severity: n}
		switch n % 5 {
		case 0:
			l.Body = "body"
		case 1:
			l.Attributes = map[string]string{"exception.message": "message"}
		case 2:
			l.Body, l.Attributes = "body", map[string]string{"exception.message": "message"}
		case 3:
			l.Body, l.Attributes = "body", map[string]string{"exception.message": "body"}
		case 4:
			l.EventName = "event"
		}
		logs = append(logs, l)
	}
	logs = append(logs, ledger.Log{ID: ledger.LogID{0xff}, Time: at, Received: at, Body: "in no trace"})
	return logs
}
