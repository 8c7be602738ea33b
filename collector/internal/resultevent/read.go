package resultevent

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/internal/eventname"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// kinds are the events that carry a result.
var kinds = map[string]ledger.ResultKind{
	semconv.EventEvaluationResult: ledger.ResultEvaluation,
	semconv.EventOutcome:          ledger.ResultOutcome,
}

// statement has the fields of an event in addition to the result.
type statement struct {
	id    string // distinguishes outcomes
	scope string // of semconv.EvaluationScope
}

// resultOf reads a result out of the attributes of an event. Its explanation, which may
// repeat content, has no column.
func resultOf(kind ledger.ResultKind, attrs pcommon.Map) (r ledger.Result, said statement) {
	r.Kind = kind
	r.Accepted = kind == ledger.ResultOutcome
	for key, v := range attrs.All() {
		switch key {
		case string(semconv.EvaluationName), string(semconv.OutcomeName):
			r.Name = clean(v.AsString())
		case string(semconv.EvaluationScoreValue), string(semconv.OutcomeValue):
			r.Value = resultValue(v)
		case string(semconv.EvaluationScoreLabel):
			r.Label = clean(v.AsString())
		case string(semconv.OutcomeAccepted):
			r.Accepted = accepted(v.AsString())
		case string(semconv.OutcomeID):
			said.id = clean(v.AsString())
		case string(semconv.EvaluationScope):
			said.scope = v.AsString()
		case string(semconv.OutcomeTagKey):
			r.TagKey = ledger.LimitText(ledger.MakeValid(v.AsString()), ledger.MaxTagKeyBytes)
		case string(semconv.OutcomeTagValue):
			r.TagValue = clean(v.AsString())
		case string(semconv.ResponseID):
			r.ResponseID = clean(v.AsString())
		case string(semconv.ConversationID):
			r.ConversationID = clean(v.AsString())
		case string(semconv.AgentName):
			r.Agent = clean(v.AsString())
		case string(semconv.UserID):
			r.User = clean(v.AsString())
		case string(semconv.ErrorType):
			r.ErrorType = clean(v.AsString())
		}
	}
	return r, said
}

// accepted is false for each way in which senders write that an outcome was not
// accepted: Python writes False, others 0 or rejected.
func accepted(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	if said, err := strconv.ParseBool(text); err == nil {
		return said
	}
	return !slices.Contains(ledger.FailLabels, text)
}

// resultValue is nil for what is no number, or none that a store can hold.
func resultValue(v pcommon.Value) *udecimal.Decimal {
	n := math.NaN()
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		n = v.Double()
	case pcommon.ValueTypeInt:
		n = float64(v.Int())
	case pcommon.ValueTypeStr:
		if parsed, err := strconv.ParseFloat(v.Str(), 64); err == nil {
			n = parsed
		}
	case pcommon.ValueTypeBool:
		n = 0
		if v.Bool() {
			n = 1
		}
	}
	return ledger.ResultValue(n)
}

// finish puts a result where it happened. An outcome is about the whole trace, about a
// conversation where it is in none, or about the tag that it names.
func finish(r *ledger.Result, said statement, trace pcommon.TraceID, span pcommon.SpanID, at, received time.Time) {
	r.Time, r.Received = at, received
	switch {
	case r.Kind == ledger.ResultOutcome:
		r.Agent, r.ResponseID = "", ""
		if r.TagKey != "" {
			r.ConversationID = ""
			break
		}
		if r.TraceID = ledger.TraceID(trace); !r.TraceID.IsZero() {
			r.ConversationID = ""
		}
	case said.scope == semconv.ScopeConversation:
	case said.scope == semconv.ScopeTrace:
		r.TraceID = ledger.TraceID(trace)
	default:
		r.TraceID, r.SpanID = ledger.TraceID(trace), ledger.SpanID(span)
	}
	r.Identify(said.id)
}

// target is the span that events of a span are about: the one that a span which judges
// links to, else the span itself.
func target(span ptrace.Span) (pcommon.TraceID, pcommon.SpanID) {
	if span.Links().Len() == 1 && callspan.RoleIn(span.Attributes()) == semconv.RoleEvaluation {
		link := span.Links().At(0)
		return link.TraceID(), link.SpanID()
	}
	return span.TraceID(), span.SpanID()
}

// Any reports whether an event of the span carries a result.
func Any(span ptrace.Span) bool {
	for _, event := range span.Events().All() {
		if _, ok := kinds[event.Name()]; ok {
			return true
		}
	}
	return false
}

// OfSpan reads the results among the events of a span.
func OfSpan(span ptrace.Span, received time.Time) (results []ledger.Result) {
	trace, about := target(span)
	for _, event := range span.Events().All() {
		kind, ok := kinds[event.Name()]
		if !ok {
			continue
		}
		r, said := resultOf(kind, event.Attributes())
		at := event.Timestamp()
		if at == 0 {
			at = span.EndTimestamp()
		}
		finish(&r, said, trace, about, at.AsTime(), received)
		results = append(results, r)
	}
	return results
}

// OfRecord reads the result that a log record carries; ok is false for one that carries
// none.
func OfRecord(record plog.LogRecord, received time.Time) (r ledger.Result, ok bool) {
	kind, ok := kinds[eventname.Of(record)]
	if !ok {
		return r, false
	}
	r, said := resultOf(kind, record.Attributes())
	at := received
	switch {
	case record.Timestamp() != 0:
		at = record.Timestamp().AsTime()
	case record.ObservedTimestamp() != 0:
		at = record.ObservedTimestamp().AsTime()
	}
	finish(&r, said, record.TraceID(), record.SpanID(), at, received)
	return r, true
}

// clean makes text of limited length that both stores give back unchanged.
func clean(s string) string { return ledger.LimitText(ledger.MakeValid(s), ledger.MaxTextBytes) }
