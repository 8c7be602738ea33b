package ledger

import (
	"time"

	"github.com/quagmt/udecimal"
)

// ContextQuery selects and groups calls whose parts of the input were counted.
type ContextQuery struct {
	From, Until time.Time      // [From, Until)
	Zone        *time.Location // for the time dimensions; nil = UTC
	By          []Dimension    // none = one group
	Where       []Condition    // all must hold
}

// ContextUse is the input of a group of calls, by its parts, and its cost. The parts add
// up to Input and Cost, to the last digit.
type ContextUse struct {
	Key    []string         `json:"key"` // one value for each dimension of ContextQuery.By, "" = not known
	Calls  int64            `json:"calls"`
	NoCost int64            `json:"no_cost"` // of Calls, with input tokens that have no cost of their own: unpriced, or billed as a whole
	Input  int64            `json:"input"`   // tokens
	Cost   udecimal.Decimal `json:"cost"`    // of the input, from the line items
	Parts  []ContextPart    `json:"parts"`   // in order of name
}

// ContextPart is one part of the input: ContextSystem, ContextHistory, ContextRetrieved,
// ContextLast, or a tool or MCP server, with ContextTools in front of its name.
type ContextPart struct {
	Name   string           `json:"name"`
	Calls  int64            `json:"calls"` // that have it
	Tokens int64            `json:"tokens"`
	Cost   udecimal.Decimal `json:"cost"`
}

// Names of parts, as in semconv.PromptShares.
const (
	ContextSystem    = "system"
	ContextTools     = "tools/"
	ContextHistory   = "history"
	ContextRetrieved = "retrieved"
	ContextLast      = "last"
)

// Validate reports the first thing of q that no store can answer, as a *QueryError.
func (q *ContextQuery) Validate() error {
	calls := q.Query()
	return calls.Validate()
}

// Query is the selection and grouping alone.
func (q *ContextQuery) Query() Query {
	return Query{From: q.From, Until: q.Until, Zone: q.Zone, By: q.By, Where: q.Where}
}
