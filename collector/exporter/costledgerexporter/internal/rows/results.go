package rows

import (
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/resultevent"
	"github.com/spanledger/spanledger/collector/ledger"
)

// AddResults appends the results among the events of a span. Where no store can hold one
// of them it returns a *ledger.RowError, and keeps the others.
func (b *Builder) AddResults(span ptrace.Span) (failed error) {
	for _, r := range resultevent.OfSpan(span, b.received) {
		if err := check(&r); err != nil {
			failed = err
			continue
		}
		b.Results = append(b.Results, r)
	}
	return failed
}

// addResult appends the result that a log record carries, if it carries one.
func (b *LogBuilder) addResult(record plog.LogRecord) {
	r, ok := resultevent.OfRecord(record, b.received)
	switch {
	case !ok:
	case check(&r) != nil:
		b.LeftOut[InvalidResult]++
	default:
		b.Results = append(b.Results, r)
	}
}

// check reports a result that no store can hold, or that is about nothing.
func check(r *ledger.Result) error {
	if !r.HasSubject() {
		return &ledger.RowError{Field: "subject", Reason: "is missing: expected a trace, a response id, a conversation or a tag"}
	}
	return r.Check()
}
