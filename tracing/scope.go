package tracing

import (
	"context"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// scope is what a context knows of the run it belongs to. A scope in a context
// is immutable but for the counters of its run.
type scope struct {
	attribution  Attribution
	who          []attribute.KeyValue // of attribution and conversation; a prefix of attrs
	conversation string
	workflow     string
	agent        string
	step         string
	stepNumber   int
	run          *run
	telemetry    *telemetry // nil: the global providers

	attrs []attribute.KeyValue
}

// run counts what the innermost agent, or the workflow outside any agent, does itself.
type run struct {
	inferences atomic.Int64
	tools      atomic.Int64
	steps      atomic.Int64
}

type scopeKey struct{}

var emptyScope = &scope{}

func scopeFrom(ctx context.Context) *scope {
	if s, ok := ctx.Value(scopeKey{}).(*scope); ok {
		return s
	}
	return emptyScope
}

func withScope(ctx context.Context, s *scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

func (s *scope) clone() *scope {
	c := *s
	return &c
}

// compute fills the attribute slices after a change of attribution or conversation.
func (s *scope) compute() *scope {
	who := s.attribution.appendTo(make([]attribute.KeyValue, 0, 8))
	who = appendString(who, semconv.ConversationID, s.conversation)
	s.who = who[:len(who):len(who)]
	s.attrs, _ = s.attributes(0)
	return s
}

// positionAttributes is the most that workflow, agent and step add to a scope.
const positionAttributes = 4

// attributes returns the attributes of the scope and, in the same allocation, a
// longer slice with room for extra more.
func (s *scope) attributes(extra int) (own, longer []attribute.KeyValue) {
	attrs := make([]attribute.KeyValue, 0, len(s.who)+positionAttributes+extra)
	attrs = append(attrs, s.who...)
	attrs = appendString(attrs, semconv.WorkflowName, s.workflow)
	attrs = appendString(attrs, semconv.AgentName, s.agent)
	attrs = appendString(attrs, semconv.StepName, s.step)
	if s.stepNumber > 0 {
		attrs = append(attrs, semconv.StepNumber.Int(s.stepNumber))
	}
	return attrs[:len(attrs):len(attrs)], attrs
}

// CountInference counts one LLM call, failed ones included, for the agent that
// ctx belongs to: gen_ai.invoke_agent.inference_calls. Instrumentation of LLM
// clients calls it once a call; calls of sub-agents count for these.
func CountInference(ctx context.Context) {
	if r := scopeFrom(ctx).run; r != nil {
		r.inferences.Add(1)
	}
}
