package ledger

import (
	"strconv"
	"time"
)

// PrefixQuery selects and groups calls. A prefix comes again where a call of
// its group had it no longer than Within before.
type PrefixQuery struct {
	From, Until time.Time      // [From, Until)
	Zone        *time.Location // for the time dimensions; nil = UTC
	By          []Dimension    // none = one group
	Where       []Condition    // all must hold
	Within      time.Duration  // how long a vendor's cache holds a prefix after its last use
	MinTokens   int64          // shorter prefixes are not cached by vendors
}

// PrefixUse holds what came again in a group of calls. Failed calls are left out:
// vendors bill no prompt for them.
type PrefixUse struct {
	Key         []string `json:"key"`      // one value for each dimension of PrefixQuery.By, "" = not known
	Calls       int64    `json:"calls"`    // with a hash
	Long        int64    `json:"long"`     // of these, with a prefix of MinTokens or more
	Prefixes    int64    `json:"prefixes"` // different ones of Long
	Again       int64    `json:"again"`    // of Long, with the prefix of one before
	Tokens      int64    `json:"tokens"`   // of the prefixes of Long
	AgainTokens int64    `json:"again_tokens"`
}

// Validate reports the first thing of q that no store can answer, as a
// *QueryError.
func (q *PrefixQuery) Validate() error {
	calls := q.Query()
	if err := calls.Validate(); err != nil {
		return err
	}
	if q.Within <= 0 {
		return &QueryError{Field: "Within", Value: q.Within.String(), Reason: "not above zero"}
	}
	if q.MinTokens < 0 {
		return &QueryError{Field: "MinTokens", Value: strconv.FormatInt(q.MinTokens, 10), Reason: "negative"}
	}
	return nil
}

// Query is the selection and grouping alone.
func (q *PrefixQuery) Query() Query {
	return Query{From: q.From, Until: q.Until, Zone: q.Zone, By: q.By, Where: q.Where}
}
