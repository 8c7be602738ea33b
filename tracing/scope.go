package tracing

import (
	"context"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing/internal/runctx"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// scope is the state of a run in a context. It is immutable, except for the counters
// of its run.
type scope struct {
	who        *identity // never nil
	workflow   string
	agent      string
	step       string
	stepNumber int
	depth      int // agents around, one in the other

	promptName, promptVersion string

	run       *run
	tool      *Span      // the running tool, or nil
	telemetry *telemetry // nil: the global providers

	attrs []attribute.KeyValue
}

// identity is the part of a scope that stays the same throughout a run; scopes share it.
type identity struct {
	attribution  Attribution
	conversation string
	attrs        []attribute.KeyValue
}

// run counts the calls, tools and steps of the innermost agent or, outside an agent,
// of the workflow. Those of sub-agents are not included.
type run struct {
	inferences atomic.Int64
	tools      atomic.Int64
	steps      atomic.Int64
}

var emptyScope = &scope{who: &identity{}}

func scopeFrom(ctx context.Context) *scope {
	if s, ok := runctx.From(ctx).(*scope); ok {
		return s
	}
	return emptyScope
}

func withScope(ctx context.Context, s *scope) context.Context {
	return runctx.With(ctx, s)
}

// withIdentity returns a copy of the scope with another attribution and conversation.
func (s *scope) withIdentity(a Attribution, conversation string) *scope {
	c := *s
	attrs := a.appendTo(make([]attribute.KeyValue, 0, 7+min(len(a.Tags), maxTags)))
	c.who = &identity{
		attribution:  a,
		conversation: conversation,
		attrs:        appendString(attrs, semconv.ConversationID, conversation),
	}
	c.attrs, _ = c.attributes(0)
	return &c
}

// attributes returns the attributes of the scope and, in the same allocation, a
// longer slice with room for extra more.
func (s *scope) attributes(extra int) (own, longer []attribute.KeyValue) {
	size := len(s.who.attrs) + extra
	for _, v := range [...]string{s.workflow, s.agent, s.step, s.promptName, s.promptVersion} {
		if v != "" {
			size++
		}
	}
	if s.stepNumber > 0 {
		size++
	}
	attrs := append(make([]attribute.KeyValue, 0, size), s.who.attrs...)
	attrs = appendString(attrs, semconv.WorkflowName, s.workflow)
	attrs = appendString(attrs, semconv.AgentName, s.agent)
	attrs = appendString(attrs, semconv.StepName, s.step)
	if s.stepNumber > 0 {
		attrs = append(attrs, semconv.StepNumber.Int(s.stepNumber))
	}
	attrs = appendString(attrs, semconv.PromptName, s.promptName)
	attrs = appendString(attrs, semconv.PromptVersion, s.promptVersion)
	return attrs[:len(attrs):len(attrs)], attrs
}

// Attributes implements [runctx.Run].
func (s *scope) Attributes() []attribute.KeyValue { return s.attrs }

// AgentDepth implements [runctx.Run].
func (s *scope) AgentDepth() int { return s.depth }

// CountInference implements [runctx.Run].
func (s *scope) CountInference() {
	if s.run != nil {
		s.run.inferences.Add(1)
	}
}
