package ledger

import (
	"errors"
	"fmt"
)

// ErrNoSchema reports a store in which Migrate has never run: nothing was
// written yet.
var ErrNoSchema = errors.New("the ledger has no tables yet: no collector has written to it")

// SchemaNewerError reports a store that a newer binary has migrated. Writing
// to it could lose what this binary does not know of.
type SchemaNewerError struct {
	Have  int // version of the store
	Known int // newest version of this binary
}

func (e *SchemaNewerError) Error() string {
	return fmt.Sprintf("ledger schema is version %d, this binary knows %d: run a newer spanledger, or go back as docs/upgrading.md says", e.Have, e.Known)
}

// QueryError reports a question the ledger cannot answer as asked.
type QueryError struct {
	Field  string // of Query or TraceQuery
	Value  string
	Reason string
}

func (e *QueryError) Error() string {
	return fmt.Sprintf("ledger query: %s %q: %s", e.Field, e.Value, e.Reason)
}

// InvalidRequest marks the error as one of the question.
func (e *QueryError) InvalidRequest() {}

// RowError reports a row that no store can hold. It is permanent: the same row
// fails the same way on every retry.
type RowError struct {
	TraceID TraceID
	SpanID  SpanID
	Field   string
	Reason  string
}

func (e *RowError) Error() string {
	return fmt.Sprintf("ledger row %s/%s: %s: %s", e.TraceID, e.SpanID, e.Field, e.Reason)
}
