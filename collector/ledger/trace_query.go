package ledger

import (
	"time"

	"github.com/quagmt/udecimal"
)

// Trace is one run.
type Trace struct {
	ID    TraceID     `json:"id"`
	Calls []Call      `json:"calls"`
	Spans []AgentSpan `json:"spans"`

	Folded *Folded `json:"folded,omitempty"` // what is left out; nil = nothing
}

// TraceQuery selects traces.
type TraceQuery struct {
	From, Until time.Time
	Agent       string // "" = any
	User        string
	// Where keeps traces in which one billable call at least meets all of the
	// conditions.
	Where   []Condition
	Errors  bool              // only those in which a call or another span failed
	MinCost *udecimal.Decimal // of the trace; nil = any
	Order   TraceOrder
	Limit   int // 0 = DefaultTraces
	Offset  int
}

// DefaultTraces is how many traces a question without a limit gets.
const DefaultTraces = 20

// TraceOrder says which traces come first.
type TraceOrder string

// Orders.
const (
	NewestFirst  TraceOrder = "newest"
	SlowestFirst TraceOrder = "slowest"
	DearestFirst TraceOrder = "dearest"
)

// TraceSummary is one line of a list of traces.
type TraceSummary struct {
	ID       TraceID       `json:"id"`
	Root     string        `json:"root"`  // name of the earliest span or call
	Agent    string        `json:"agent"` // of the earliest agent span
	User     string        `json:"user"`
	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration_ns"`
	Totals   Totals        `json:"totals"`
	Spans    int64         `json:"spans"`
}
