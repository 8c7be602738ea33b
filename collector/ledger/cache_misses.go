package ledger

import (
	"strconv"
	"time"
)

// CacheCause is why a call read nothing from the vendor's cache.
type CacheCause string

// Causes, and CacheHit for calls that did read from it. They are found by the hash of
// the prompt's prefix: a call is compared with the last one of the same prefix and
// model, and with the one before in its conversation (or else run) by the same agent.
const (
	CacheHit             CacheCause = "hit"
	CacheTooShort        CacheCause = "too_short"        // the prefix is shorter than vendors cache
	CacheNotWritten      CacheCause = "not_written"      // used a moment before, when nothing was read or written either
	CacheGone            CacheCause = "gone"             // was in the cache a moment before
	CacheToolsChanged    CacheCause = "tools_changed"    // against the call before
	CacheSystemChanged   CacheCause = "system_changed"   // the instructions
	CacheMessagesChanged CacheCause = "messages_changed" // the first message
	CachePrefixChanged   CacheCause = "prefix_changed"   // which part is not known
	CacheModelChanged    CacheCause = "model_changed"
	CacheExpired         CacheCause = "expired"   // last used too long before
	CacheFirstUse        CacheCause = "first_use" // not used before in the period
)

// CacheCauses lists them: those with a fix first.
var CacheCauses = []CacheCause{
	CacheNotWritten, CacheToolsChanged, CacheSystemChanged, CacheMessagesChanged, CachePrefixChanged, CacheModelChanged,
	CacheExpired, CacheGone, CacheFirstUse, CacheTooShort, CacheHit,
}

// CacheQuery selects calls whose prompt was hashed. Failed ones are left out: vendors
// bill no prompt for them. A prefix is compared with the last one of the same model.
type CacheQuery struct {
	From, Until time.Time      // [From, Until)
	Zone        *time.Location // for the time dimensions of Where; nil = UTC
	Where       []Condition    // all must hold
	Within      time.Duration  // how long a vendor's cache holds a prefix after its last use
	MinTokens   int64          // shorter prefixes are not cached by vendors
	Calls       int            // calls listed of each cause but hits, or of each kind of waste; 0 = none
}

// CacheMisses holds what was found.
type CacheMisses struct {
	Groups []CacheGroup `json:"groups"`
	Calls  []MissedCall `json:"calls"` // by cause, the largest prefix first
}

// CacheGroup sums the calls of a cause of one model on one day.
type CacheGroup struct {
	Cause    CacheCause `json:"cause"`
	Provider string     `json:"provider"`
	Model    string     `json:"model"`
	Day      string     `json:"day"` // 2026-10-31, of UTC
	Calls    int64      `json:"calls"`
	Prefix   int64      `json:"prefix"` // tokens of the prefixes
	Read     int64      `json:"read"`   // tokens read from the cache
}

// MissedCall is one call that read nothing.
type MissedCall struct {
	Cause    CacheCause    `json:"cause"`
	TraceID  TraceID       `json:"trace_id"`
	SpanID   SpanID        `json:"span_id"`
	Start    time.Time     `json:"start"`
	Provider string        `json:"provider"`
	Model    string        `json:"model"`
	Agent    string        `json:"agent"`
	Prefix   int64         `json:"prefix"`
	Since    time.Duration `json:"since_ns"` // since the last use of the prefix with the model; 0 = none in the period
}

// Validate reports the first thing of q that no store can answer, as a *QueryError.
func (q *CacheQuery) Validate() error {
	calls := q.Query()
	if err := calls.Validate(); err != nil {
		return err
	}
	switch {
	case q.Within <= 0:
		return &QueryError{Field: "Within", Value: q.Within.String(), Reason: "not above zero"}
	case q.MinTokens < 1:
		return &QueryError{Field: "MinTokens", Value: strconv.FormatInt(q.MinTokens, 10), Reason: "below 1"}
	case q.Calls < 0:
		return &QueryError{Field: "Calls", Value: strconv.Itoa(q.Calls), Reason: "negative"}
	}
	return nil
}

// Query is the selection alone.
func (q *CacheQuery) Query() Query {
	return Query{From: q.From, Until: q.Until, Zone: q.Zone, Where: q.Where}
}
