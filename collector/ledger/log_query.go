package ledger

import (
	"slices"
	"time"
)

// LogDimensions are the dimensions that log records can be filtered by.
var LogDimensions = []Dimension{
	ByUser, ByDepartment, ByApplication, ByEnvironment, ByAgent, ByService,
	ByProvider, ByModel, ByOperation, ByErrorType,
}

// LogQuery selects log records.
type LogQuery struct {
	From, Until time.Time // [From, Until) of the record's own time
	Trace       TraceID   // zero = any
	// Where keeps records by LogDimensions. A record that names no user or
	// department is found by those of any call in its trace, and is given those
	// that all calls in it agree on.
	Where []Condition
	// Errors keeps records of an error, and of severity ERROR or above. The
	// record of a call is left out: an event of its own tells of the failure.
	Errors bool
	// After lists in order of receipt what was received after it; nil lists by
	// the record's own time, the newest first.
	After *LogCursor
	Limit int // 0 = DefaultLogs
}

// DefaultLogs is how many records a question without a limit gets.
const DefaultLogs = 100

// LogCursor is a place in the order of receipt.
type LogCursor struct {
	Received time.Time `json:"received"`
	ID       LogID     `json:"log_id"`
}

// Validate reports the first thing of q that no store can answer, as a
// *QueryError.
func (q *LogQuery) Validate() error {
	for _, c := range q.Where {
		if !slices.Contains(LogDimensions, c.Dimension) {
			return &QueryError{Field: "Where", Value: string(c.Dimension), Reason: "log records do not have this dimension"}
		}
		if err := c.validValues(); err != nil {
			return err
		}
	}
	return validBounds(q.From, q.Until, q.Limit)
}
