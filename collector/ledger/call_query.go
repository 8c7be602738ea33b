package ledger

import (
	"strconv"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// CallQuery selects calls.
type CallQuery struct {
	From, Until time.Time      // [From, Until)
	Zone        *time.Location // for the time dimensions; nil = UTC
	Where       []Condition    // all must hold
	Trace       TraceID        // zero = any
	Span        SpanID         // zero = any; of CallList
	Unbilled    bool           // those that are not billed as well; of CallList
	Errors      bool           // only those that failed
	MinCost     *udecimal.Decimal
	Order       TraceOrder
	Oldest      bool // in order of start; instead of Order
	Limit       int  // 0 = DefaultCalls, or DefaultTraces conversations
	Offset      int
}

// DefaultCalls is how many calls a question without a limit gets.
const DefaultCalls = 100

// HasContext says that a call of the operation sends the messages before it as its input.
// Embeddings, for example, have input of another kind.
func HasContext(operation string) bool {
	switch operation {
	case semconv.OperationChat, semconv.OperationGenerateContent, semconv.OperationTextCompletion:
		return true
	}
	return false
}

// Conversation is one line of a list of conversations.
type Conversation struct {
	ID          string    `json:"id"`
	Start       time.Time `json:"start"` // of the first call
	Last        time.Time `json:"last"`  // start of the last call
	User        string    `json:"user"`  // of the first call that names one
	Application string    `json:"application"`
	Runs        int64     `json:"runs"`
	// Input tokens of the first and the last call, and the most, of those with a context;
	// see HasContext.
	FirstInput int64  `json:"first_input"`
	LastInput  int64  `json:"last_input"`
	MaxInput   int64  `json:"max_input"`
	Totals     Totals `json:"totals"`
}

// Validate reports the first thing of q that no store can answer, as a
// *QueryError.
func (q *CallQuery) Validate() error {
	selection := q.Query()
	if err := selection.Validate(); err != nil {
		return err
	}
	if err := validOrder(q.Order); err != nil {
		return err
	}
	if q.Offset < 0 {
		return &QueryError{Field: "Offset", Value: strconv.Itoa(q.Offset), Reason: "negative"}
	}
	return nil
}

// Query is the selection alone.
func (q *CallQuery) Query() Query {
	return Query{From: q.From, Until: q.Until, Zone: q.Zone, Where: q.Where, Limit: q.Limit}
}
