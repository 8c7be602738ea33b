package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
)

// ResultID identifies a result. It follows from the result alone, so that one that
// is delivered again has the same id.
type ResultID [16]byte

// String is lower-case hexadecimal.
func (id ResultID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText writes String.
func (id ResultID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *ResultID) UnmarshalText(text []byte) error {
	if err := decodeID(id[:], string(text)); err != nil {
		return fmt.Errorf("result id %q: %w", text, err)
	}
	return nil
}

// ResultKind says what a result is.
type ResultKind string

// Kinds of results.
const (
	ResultEvaluation ResultKind = "evaluation" // a score of one output
	ResultOutcome    ResultKind = "outcome"    // what a run was for, and whether it was reached
)

// Result says what came of calls, and may come long after them. It is about the calls
// with its response id; else the call of its span; else the calls of its agent in its
// trace, or all of its trace; else those of its conversation; else those with its tag.
type Result struct {
	ID   ResultID   `json:"result_id"`
	Kind ResultKind `json:"kind"`
	Name string     `json:"name"` // relevance, ticket_resolved
	Time time.Time  `json:"time"`

	TraceID        TraceID `json:"trace_id,omitzero"`
	SpanID         SpanID  `json:"span_id,omitzero"`
	ResponseID     string  `json:"response_id,omitzero"`
	Agent          string  `json:"agent,omitzero"`
	ConversationID string  `json:"conversation_id,omitzero"`
	TagKey         string  `json:"tag_key,omitzero"`
	TagValue       string  `json:"tag_value,omitzero"`
	User           string  `json:"user,omitzero"`

	Value     *udecimal.Decimal `json:"value,omitempty"` // the score, in the evaluator's unit, or what an outcome is worth
	Label     string            `json:"label,omitzero"`  // of an evaluation: pass, relevant, ...
	Accepted  bool              `json:"accepted,omitzero"`
	ErrorType string            `json:"error_type,omitzero"` // of an evaluation that failed

	// Of two results with one id the later by Time holds; of the same time, the one
	// written last.
	Received time.Time `json:"received"` // in microseconds
}

// Identify gives the result the id that follows from it. An evaluation is one for each
// name, instant and score of what it is about. An outcome is one for each name of what
// it is about and, if the sender gave it an id, for each id: one stated again replaces it.
func (r *Result) Identify(given string) {
	h := sha256.New()
	part := func(text string) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		h.Write([]byte(text))
	}
	part(string(r.Kind))
	part(r.Name)
	switch {
	case r.Kind == ResultEvaluation:
		for _, text := range []string{string(r.TraceID[:]), string(r.SpanID[:]), r.ResponseID, r.ConversationID, strconv.FormatInt(r.Time.UnixNano(), 10), r.Label, r.ErrorType} {
			part(text)
		}
		if r.Value != nil {
			part(r.Value.StringFixed(Scale))
		}
	case !r.TraceID.IsZero():
		part("trace")
		part(string(r.TraceID[:]))
	case r.ConversationID != "":
		part("conversation")
		part(r.ConversationID)
	default:
		part("tag")
		part(r.TagKey)
		part(r.TagValue)
	}
	if given != "" {
		part("id")
		part(given)
	}
	copy(r.ID[:], h.Sum(nil))
}

// ResultReach is how long after its calls a result is still found to be about them.
const ResultReach = 92 * 24 * time.Hour

// Labels of evaluations that mean a pass and a failure, in lower case. Every other
// label leaves that open.
var (
	PassLabels = []string{"pass", "passed", "true", "yes", "ok", "good", "correct", "relevant", "factual", "grounded", "faithful", "safe", "helpful", "accepted"}
	FailLabels = []string{
		"fail", "failed", "false", "no", "bad", "incorrect", "irrelevant", "not_relevant", "unrelated", "hallucinated", "hallucination",
		"ungrounded", "not_grounded", "unfaithful", "unsafe", "unhelpful", "rejected",
	}
)

// Passed tells whether an evaluation passed; ok is false where that is open. The label
// decides. Without one the value does, where a pass begins at one.
func (r *Result) Passed(from *udecimal.Decimal) (passed, ok bool) {
	label := strings.ToLower(r.Label)
	for _, l := range PassLabels {
		if l == label {
			return true, true
		}
	}
	for _, l := range FailLabels {
		if l == label {
			return false, true
		}
	}
	if from == nil || r.Value == nil {
		return false, false
	}
	return r.Value.GreaterThanOrEqual(*from), true
}

// HasSubject reports whether the result says what it is about. One of a user who was
// forgotten may say so no more.
func (r *Result) HasSubject() bool {
	return !r.TraceID.IsZero() || r.ResponseID != "" || r.ConversationID != "" || r.TagKey != "" && r.TagValue != ""
}

// Check reports what keeps the result out of every store, as a *RowError.
func (r *Result) Check() error {
	fail := func(field, reason string) error {
		return &RowError{TraceID: r.TraceID, SpanID: r.SpanID, Field: field, Reason: reason}
	}
	if field, reason := checkTimes("time", r.Time, r.Received); field != "" {
		return fail(field, reason)
	}
	switch {
	case r.Kind != ResultEvaluation && r.Kind != ResultOutcome:
		return fail("kind", strconv.Quote(string(r.Kind))+": expected evaluation or outcome")
	case r.Name == "":
		return fail("name", "is empty")
	case r.Value != nil && !validResultValue(*r.Value):
		return fail("value", "is not between -1000000000 and 1000000000, with 18 decimals at most")
	case !validText(r.Name, r.ResponseID, r.Agent, r.ConversationID, r.TagKey, r.TagValue, r.User, r.Label, r.ErrorType):
		return fail("text", notText)
	}
	return nil
}

func validResultValue(d udecimal.Decimal) bool {
	_, err := UnitsOf(d)
	return err == nil && d.Abs().LessThanOrEqual(MaxAmount)
}

// ResultValue is a number of a sender as the stores keep it: the shortest decimal that
// means the same double, cut after 18 decimals. It is nil where no store can hold it.
func ResultValue(n float64) *udecimal.Decimal {
	d, err := udecimal.Parse(strconv.FormatFloat(n, 'f', -1, 64))
	if err != nil {
		if d, err = udecimal.Parse(strconv.FormatFloat(n, 'f', Scale, 64)); err != nil {
			return nil
		}
	}
	if d = d.Trunc(Scale); !validResultValue(d) {
		return nil
	}
	return &d
}

// ResultQuery selects results of one kind and sums them.
type ResultQuery struct {
	Kind ResultKind
	Name string // "" = every name
	// From and Until bound when the first call begins that a result is about; of one
	// about no call that is known, its own time.
	From, Until time.Time
	Zone        *time.Location // for the time dimensions; nil = UTC
	By          []Dimension    // of the calls
	// Where keeps results that are about a call which meets all conditions.
	Where    []Condition
	PassFrom *udecimal.Decimal // from which value an evaluation without a known label passes; nil = open
	// ModelAliases gives models another name, as Query.ModelAliases does.
	ModelAliases map[string]string
}

// Several is the value of a dimension in which the calls of one result differ.
const Several = "(several)"

// ResultGroup sums the results of a name.
type ResultGroup struct {
	Key  []string `json:"key"` // one value for each dimension of ResultQuery.By, "" = not known, or Several
	Name string   `json:"name"`

	Results int64 `json:"results"`
	Errors  int64 `json:"errors"`  // evaluations that failed, in none of the following
	Unknown int64 `json:"unknown"` // about no call that is known
	Valued  int64 `json:"valued"`  // with a value
	Judged  int64 `json:"judged"`  // known to have passed or not; every outcome
	Passed  int64 `json:"passed"`  // of the judged; the accepted of the outcomes

	Value       udecimal.Decimal `json:"value"`        // sum
	PassedValue udecimal.Decimal `json:"passed_value"` // sum of those that passed

	// Calls that the judged results are about, each once.
	Calls    int64            `json:"calls"`
	Unpriced int64            `json:"unpriced"` // of them, without an amount
	Cost     udecimal.Decimal `json:"cost"`
}

// Validate reports the first thing of q that no store can answer, as a *QueryError.
func (q *ResultQuery) Validate() error {
	calls := q.Query()
	if err := calls.Validate(); err != nil {
		return err
	}
	if q.Kind != ResultEvaluation && q.Kind != ResultOutcome {
		return &QueryError{Field: "Kind", Value: string(q.Kind), Reason: "expected evaluation or outcome"}
	}
	if !ValidText(q.Name) {
		return &QueryError{Field: "Name", Value: q.Name, Reason: notText}
	}
	return nil
}

// Query is the selection alone.
func (q *ResultQuery) Query() Query {
	return Query{From: q.From, Until: q.Until, Zone: q.Zone, By: q.By, Where: q.Where, ModelAliases: q.ModelAliases}
}
