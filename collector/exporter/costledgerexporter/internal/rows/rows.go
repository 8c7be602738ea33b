// Package rows turns spans, as genai_normalizer and genai_cost leave them, into
// rows of the ledger.
package rows

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	otelsemconv "go.opentelemetry.io/otel/semconv/v1.41.0"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/callmemory"
	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/internal/resultevent"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Builder collects the rows of one export after the other. It serves one
// goroutine at a time, and is worth keeping: it learns what keys and words come.
type Builder struct {
	Batch   ledger.Batch
	Results []ledger.Result // evaluations and outcomes among the events of spans
	Ignored int             // spans that are neither a call nor part of a run
	Limited int             // values that were cut or left out: see ledger.MaxTextBytes

	received time.Time
	memory   *callmemory.Block
	draft    draft
}

// NewBuilder returns a builder that is to Begin.
func NewBuilder() *Builder {
	b := new(Builder)
	b.draft.spans = callspan.NewReader()
	return b
}

// Begin starts an export: every row is stamped with the time of receipt.
func (b *Builder) Begin(received time.Time) {
	b.Ignored, b.Limited = 0, 0
	b.received = received.Truncate(time.Microsecond)
}

// Take hands over the rows of the export. The builder keeps nothing of them.
func (b *Builder) Take() (ledger.Batch, *callmemory.Block, []ledger.Result) {
	batch, memory, results := b.Batch, b.memory.Holds(b.Batch.Calls), b.Results
	b.memory, b.Results = nil, nil
	b.Batch, b.draft.call, b.draft.amounts = ledger.Batch{}, nil, nil
	b.draft.spans.Forget()
	return batch, memory, results
}

// sample is how many spans of a scope Grow looks at.
const sample = 16

// Grow makes room for the rows of all the spans, calculation from a sample of them
// how many are a call or part of a run: most of those rows are calls.
func (b *Builder) Grow(td ptrace.Traces) {
	calls := 0
	for _, resource := range td.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			spans := scope.Spans()
			looked, found := min(spans.Len(), sample), 0
			for i := range looked {
				if callspan.RoleIn(spans.At(i*spans.Len()/looked).Attributes()) != "" {
					found++
				}
			}
			if found > 0 {
				calls += (spans.Len()*found + looked - 1) / looked
			}
		}
	}
	// A row more, for the span that turns out to be none.
	b.memory = callmemory.New(calls + 1)
	b.Batch.Calls = b.memory.Calls()
}

// Any reports whether any span is a call or part of a run, or carries a result.
func Any(td ptrace.Traces) bool {
	for _, resource := range td.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				if callspan.RoleIn(span.Attributes()) != "" || resultevent.Any(span) {
					return true
				}
			}
		}
	}
	return false
}

// Resource holds what every span of a resource starts from.
type Resource struct {
	call    ledger.Call
	limited int
}

// NewResource reads the attributes of a resource.
func NewResource(attrs pcommon.Map) *Resource {
	var r Resource
	d := draft{call: &r.call}
	for key, value := range attrs.All() {
		switch key {
		case string(otelsemconv.ServiceNameKey):
			r.call.Service = clean(callspan.TextOf(value))
		case string(otelsemconv.DeploymentEnvironmentNameKey):
			r.call.Environment = clean(callspan.TextOf(value))
		default:
			d.attribution(key, value)
		}
	}
	r.limited = d.limited
	if r.call.Application == "" {
		r.call.Application = r.call.Service
	}
	return &r
}

// Add appends the rows of a span, if it has any. Where no store can hold one of
// them it appends none and returns a *ledger.RowError.
func (b *Builder) Add(r *Resource, span ptrace.Span) error {
	calls, spans := len(b.Batch.Calls), len(b.Batch.Spans)
	b.add(r, span)
	if len(b.Batch.Calls) > calls || len(b.Batch.Spans) > spans {
		b.Limited += b.draft.limited + r.limited
	}
	err := b.check(calls, spans)
	if err != nil {
		b.Batch.Calls, b.Batch.Spans = b.Batch.Calls[:calls], b.Batch.Spans[:spans]
	}
	return err
}

func (b *Builder) add(r *Resource, span ptrace.Span) {
	// The span is read in the place where its row would stand.
	b.Batch.Calls = append(b.Batch.Calls, r.call)
	last := len(b.Batch.Calls) - 1
	c := &b.Batch.Calls[last]
	b.draft.read(c, span)
	switch c.Role {
	case semconv.RoleLLM, semconv.RoleEmbeddings, semconv.RoleRerank:
		b.endCall(c)
		return
	case semconv.RoleAgent, semconv.RoleWorkflow, semconv.RoleStep, semconv.RoleTool, semconv.RoleRetrieval,
		semconv.RolePlan, semconv.RoleMemory, semconv.RoleEvaluation, semconv.RoleMCP, semconv.RoleOther:
		b.addSpan(c, span)
		if c.Claim == semconv.ClaimAggregate {
			// An agent's total over its calls: billed if it turns out that
			// nothing else is.
			b.endCall(c)
			return
		}
	default:
		b.Ignored++
	}
	b.Batch.Calls = b.Batch.Calls[:last]
}

func (b *Builder) endCall(c *ledger.Call) {
	c.Received = b.received
	reason := string(b.draft.record.Fault)
	if reason == "" && b.draft.malformed != "" {
		reason = "malformed_attribute:" + b.draft.malformed
	}
	if reason != "" && c.Cost.Status != statusInvalid {
		c.Cost.Status, c.Cost.Reason, c.Cost.Amount = statusInvalid, reason, nil
	}
}

// statusInvalid is the cost status of a call whose usage cannot be.
const statusInvalid = "invalid"

// addSpan takes what an agent span has of a call.
func (b *Builder) addSpan(call *ledger.Call, span ptrace.Span) {
	s := ledger.AgentSpan{
		TraceID: call.TraceID, SpanID: call.SpanID, ParentSpanID: call.ParentSpanID,
		Start: call.Start, Duration: call.Duration,
		Role: call.Role, Name: clean(span.Name()),
		Workflow: call.Workflow, Agent: call.Agent, Step: call.Step,
		StepNumber: b.draft.record.StepNumber, Tool: clean(b.draft.record.Text(callspan.Tool)),
		User: call.User, Department: call.Department, Application: call.Application,
		Service: call.Service, ConversationID: call.ConversationID,
		Error: call.Error, ErrorType: call.ErrorType,
		Received: b.received,
	}
	for _, link := range span.Links().All() {
		id := ledger.SpanID(link.SpanID())
		if id.IsZero() || !isHandOff(link) {
			continue
		}
		if len(s.Links) == ledger.MaxLinks {
			b.draft.limited++
			continue
		}
		s.Links = append(s.Links, id)
	}
	b.Batch.Spans = append(b.Batch.Spans, s)
}

// isHandOff tells hand-offs between agents from links for other reasons.
func isHandOff(link ptrace.SpanLink) bool {
	why, ok := link.Attributes().Get(string(semconv.LinkType))
	return ok && why.Type() == pcommon.ValueTypeStr && why.Str() == semconv.LinkHandOff
}

// clean makes text of limited length that both stores give back unchanged.
func clean(s string) string { return ledger.LimitText(ledger.MakeValid(s), ledger.MaxTextBytes) }

// check reports the first row, from the given ones on, that no store can hold. The
// texts of calls are valid: the draft made them so.
func (b *Builder) check(calls, spans int) error {
	for i := range b.Batch.Calls[calls:] {
		if err := b.Batch.Calls[calls+i].CheckValues(); err != nil {
			return err
		}
	}
	for i := range b.Batch.Spans[spans:] {
		if err := b.Batch.Spans[spans+i].Check(); err != nil {
			return err
		}
	}
	return nil
}
