// Package rows turns spans, as genai_normalizer and genai_cost leave them, into
// rows of the ledger.
package rows

import (
	"iter"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	otelsemconv "go.opentelemetry.io/otel/semconv/v1.41.0"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Builder collects the rows of one export.
type Builder struct {
	Batch   ledger.Batch
	Ignored int // spans that are neither a call nor part of a run

	received time.Time
	draft    draft
}

// NewBuilder stamps every row with the time of receipt.
func NewBuilder(received time.Time) *Builder {
	return &Builder{received: received.Truncate(time.Microsecond)}
}

// Grow makes room for the rows of all the spans.
func (b *Builder) Grow(td ptrace.Traces) {
	calls := 0
	for range ofRole(td) {
		calls++ // most rows are calls
	}
	b.Batch.Calls = make([]ledger.Call, 0, calls)
}

// Any reports whether any span has a row.
func Any(td ptrace.Traces) bool {
	for range ofRole(td) {
		return true
	}
	return false
}

// ofRole are the spans that are a call or part of a run.
func ofRole(td ptrace.Traces) iter.Seq[ptrace.Span] {
	return func(yield func(ptrace.Span) bool) {
		for _, resource := range td.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					if roleOf(span.Attributes()) != "" && !yield(span) {
						return
					}
				}
			}
		}
	}
}

// Resource holds what every span of a resource starts from.
type Resource struct {
	call ledger.Call
}

// NewResource reads the attributes of a resource.
func NewResource(attrs pcommon.Map) *Resource {
	var d draft
	var r Resource
	d.call = &r.call
	for key, value := range attrs.All() {
		switch key {
		case string(otelsemconv.ServiceNameKey):
			d.text(&r.call.Service, value)
		case string(otelsemconv.DeploymentEnvironmentNameKey):
			d.text(&r.call.Environment, value)
		default:
			d.attribution(key, value)
		}
	}
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
	err := b.check(calls, spans)
	if err != nil {
		b.Batch.Calls, b.Batch.Spans = b.Batch.Calls[:calls], b.Batch.Spans[:spans]
	}
	return err
}

func (b *Builder) add(r *Resource, span ptrace.Span) {
	role := roleOf(span.Attributes())
	switch role {
	case semconv.RoleLLM, semconv.RoleEmbeddings, semconv.RoleRerank:
		b.addCall(r, span, role)
	case semconv.RoleAgent, semconv.RoleWorkflow, semconv.RoleStep, semconv.RoleTool, semconv.RoleRetrieval,
		semconv.RolePlan, semconv.RoleMemory, semconv.RoleEvaluation, semconv.RoleMCP, semconv.RoleOther:
		b.addSpan(r, span, role)
		if claim, ok := span.Attributes().Get(string(semconv.Claim)); ok && claim.Str() == semconv.ClaimAggregate {
			// An agent's total over its calls: billed if it turns out that
			// nothing else is.
			b.addCall(r, span, role)
		}
	default:
		b.Ignored++
	}
}

// roleOf is what the normaliser said, else what the operation says.
func roleOf(attrs pcommon.Map) string {
	if role, ok := attrs.Get(string(semconv.SpanRole)); ok {
		return role.Str()
	}
	operation, ok := attrs.Get(string(semconv.OperationName))
	if !ok {
		return ""
	}
	return operationRoles[operation.Str()]
}

var operationRoles = map[string]string{
	semconv.OperationChat:            semconv.RoleLLM,
	semconv.OperationGenerateContent: semconv.RoleLLM,
	semconv.OperationTextCompletion:  semconv.RoleLLM,
	semconv.OperationEmbeddings:      semconv.RoleEmbeddings,
	semconv.OperationInvokeAgent:     semconv.RoleAgent,
	semconv.OperationCreateAgent:     semconv.RoleAgent,
	semconv.OperationInvokeWorkflow:  semconv.RoleWorkflow,
	semconv.OperationExecuteTool:     semconv.RoleTool,
	semconv.OperationRetrieval:       semconv.RoleRetrieval,
	semconv.OperationPlan:            semconv.RolePlan,
}

func (b *Builder) addCall(r *Resource, span ptrace.Span, role string) {
	b.Batch.Calls = append(b.Batch.Calls, r.call)
	c := &b.Batch.Calls[len(b.Batch.Calls)-1]
	c.Billable = true // unless an attribute says otherwise
	b.draft = draft{call: c}
	b.draft.read(span)
	c.Role = role
	c.Received = b.received
	if b.draft.malformed != "" && c.Cost.Status != statusInvalid {
		c.Cost.Status = statusInvalid
		c.Cost.Reason = "malformed_attribute:" + b.draft.malformed
		c.Cost.Amount = nil
	}
}

// statusInvalid is the cost status of a call whose usage cannot be.
const statusInvalid = "invalid"

func (b *Builder) addSpan(r *Resource, span ptrace.Span, role string) {
	call := r.call
	b.draft = draft{call: &call}
	b.draft.read(span)
	s := ledger.AgentSpan{
		TraceID: call.TraceID, SpanID: call.SpanID, ParentSpanID: call.ParentSpanID,
		Start: call.Start, Duration: call.Duration,
		Role: role, Name: clean(span.Name()),
		Workflow: call.Workflow, Agent: call.Agent, Step: call.Step,
		StepNumber: b.draft.stepNumber, Tool: b.draft.tool,
		User: call.User, Department: call.Department, Application: call.Application,
		Service: call.Service, ConversationID: call.ConversationID,
		Error: call.Error, ErrorType: call.ErrorType,
		Received: b.received,
	}
	for _, link := range span.Links().All() {
		if id := ledger.SpanID(link.SpanID()); !id.IsZero() && isHandOff(link) {
			s.Links = append(s.Links, id)
		}
	}
	b.Batch.Spans = append(b.Batch.Spans, s)
}

// isHandOff tells hand-offs between agents from links for other reasons.
func isHandOff(link ptrace.SpanLink) bool {
	why, ok := link.Attributes().Get(string(semconv.LinkType))
	return ok && why.Type() == pcommon.ValueTypeStr && why.Str() == semconv.LinkHandOff
}

// clean makes text that both stores give back unchanged.
func clean(s string) string {
	if validText(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// validText is true of nearly every string an SDK sends, and costs one pass.
func validText(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == 0 || s[i] >= 0x80 {
			return strings.ToValidUTF8(s, "") == s && strings.IndexByte(s, 0) < 0
		}
	}
	return true
}

// check reports the first row, from the given ones on, that no store can hold.
func (b *Builder) check(calls, spans int) error {
	for i := range b.Batch.Calls[calls:] {
		if err := b.Batch.Calls[calls+i].Check(); err != nil {
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
