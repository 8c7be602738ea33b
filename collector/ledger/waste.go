package ledger

import (
	"strconv"
	"time"

	"github.com/quagmt/udecimal"
)

// WasteKind is why a call is wasted.
type WasteKind string

// Kinds of waste.
const (
	WasteFailed    WasteKind = "failed"     // the call failed and was billed all the same
	WasteAborted   WasteKind = "aborted"    // the answer was not read to its end
	WasteFailedRun WasteKind = "failed_run" // the root span of its trace failed
	WasteToolLoop  WasteKind = "tool_loop"  // made between failures of one tool, see WasteQuery.Failures
	// WasteResent is a call whose prompt begins with the prefix of one before, and that
	// read nothing from the cache. Only the prefix is wasted, not the call.
	WasteResent WasteKind = "resent"
)

// WasteKinds in the order in which they claim a call.
var WasteKinds = []WasteKind{WasteFailed, WasteAborted, WasteFailedRun, WasteToolLoop, WasteResent}

// WasteQuery selects calls, failed ones among them.
type WasteQuery struct {
	CacheQuery
	// Failures is how many failures in a row of one tool, by one agent of a run, make
	// a loop. The calls of that agent between the first and the last of them are
	// wasted.
	Failures int
}

// Waste holds what was found.
type Waste struct {
	Groups []WasteGroup `json:"groups"`
	Calls  []WastedCall `json:"calls"` // by kind in order of WasteKinds, the most expensive first
}

// WasteGroup sums the calls of a kind of one model on one day.
type WasteGroup struct {
	Kind     WasteKind        `json:"kind"`
	Provider string           `json:"provider"`
	Model    string           `json:"model"`
	Day      string           `json:"day"` // 2026-10-31, of UTC
	Calls    int64            `json:"calls"`
	Unpriced int64            `json:"unpriced"` // of them, without an amount
	Input    int64            `json:"input"`
	Output   int64            `json:"output"`
	Prefix   int64            `json:"prefix"` // tokens of the prefixes
	Cost     udecimal.Decimal `json:"cost"`
}

// WastedCall is one call.
type WastedCall struct {
	Kind     WasteKind        `json:"kind"`
	TraceID  TraceID          `json:"trace_id"`
	SpanID   SpanID           `json:"span_id"`
	Start    time.Time        `json:"start"`
	Provider string           `json:"provider"`
	Model    string           `json:"model"`
	Agent    string           `json:"agent"`
	Tool     string           `json:"tool,omitzero"` // of a loop
	Error    string           `json:"error,omitzero"`
	Input    int64            `json:"input"`
	Output   int64            `json:"output"`
	Prefix   int64            `json:"prefix"`
	Cost     udecimal.Decimal `json:"cost"`
}

// Validate reports the first thing of q that no store can answer, as a *QueryError.
func (q *WasteQuery) Validate() error {
	if q.Failures < 2 {
		return &QueryError{Field: "Failures", Value: strconv.Itoa(q.Failures), Reason: "below 2"}
	}
	return q.CacheQuery.Validate()
}
