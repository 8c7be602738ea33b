package tracing_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestSpan_SpansHaveTheNamesKindsAndAttributesOfTheConventions(t *testing.T) {
	tests := []struct {
		name      string
		start     func(ctx context.Context) (context.Context, *tracing.Span)
		wantName  string
		wantKind  trace.SpanKind
		wantAttrs map[string]any
	}{
		{
			"workflow",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartWorkflow(ctx, "intake")
			},
			"invoke_workflow intake", trace.SpanKindInternal,
			map[string]any{"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": "intake", "spanledger.role": "workflow"},
		},
		{
			"agent without a name",
			func(ctx context.Context) (context.Context, *tracing.Span) { return tracing.StartAgent(ctx, "") },
			"invoke_agent", trace.SpanKindInternal,
			map[string]any{"gen_ai.operation.name": "invoke_agent", "spanledger.role": "agent"},
		},
		{
			"agent bound to a model",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartAgent(ctx, "triage", tracing.WithAgentDescription("sorts claims"), tracing.WithModel("gpt-5"))
			},
			"invoke_agent triage", trace.SpanKindInternal,
			map[string]any{"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "triage", "spanledger.role": "agent",
				"gen_ai.agent.description": "sorts claims", "gen_ai.request.model": "gpt-5"},
		},
		{
			"agent that a service runs",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartAgent(ctx, "triage", tracing.WithRemoteAgent("openai"), tracing.WithServer("api.openai.com", 443),
					tracing.WithAgentID("asst_1"), tracing.WithAgentVersion("3"))
			},
			"invoke_agent triage", trace.SpanKindClient,
			map[string]any{"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "triage", "spanledger.role": "agent",
				"gen_ai.provider.name": "openai", "server.address": "api.openai.com", "server.port": int64(443),
				"gen_ai.agent.id": "asst_1", "gen_ai.agent.version": "3"},
		},
		{
			"creation of an agent",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartCreateAgent(ctx, "openai", "triage")
			},
			"create_agent triage", trace.SpanKindClient,
			map[string]any{"gen_ai.operation.name": "create_agent", "gen_ai.agent.name": "triage", "gen_ai.provider.name": "openai",
				"spanledger.role": "other"},
		},
		{
			"step",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartStep(ctx, "look up policy", tracing.WithStepNumber(7))
			},
			"step look up policy", trace.SpanKindInternal,
			map[string]any{"spanledger.step.name": "look up policy", "spanledger.step.number": int64(7), "spanledger.role": "step"},
		},
		{
			"plan of an agent",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				ctx, _ = tracing.StartAgent(ctx, "triage")
				return tracing.StartPlan(ctx)
			},
			"plan triage", trace.SpanKindInternal,
			map[string]any{"gen_ai.operation.name": "plan", "gen_ai.agent.name": "triage", "spanledger.role": "plan"},
		},
		{
			"tool",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartTool(ctx, "search", tracing.WithToolType("function"), tracing.WithToolCallID("call_1"),
					tracing.WithToolDescription("finds pages"))
			},
			"execute_tool search", trace.SpanKindInternal,
			map[string]any{"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "gen_ai.tool.type": "function",
				"gen_ai.tool.call.id": "call_1", "gen_ai.tool.description": "finds pages", "spanledger.role": "tool"},
		},
		{
			"retrieval",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartRetrieval(ctx, "kb-7", tracing.WithTopK(5), tracing.WithServer("db.internal", 0))
			},
			"retrieval kb-7", trace.SpanKindClient,
			map[string]any{"gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": "kb-7", "gen_ai.retrieval.top_k": int64(5),
				"server.address": "db.internal", "spanledger.role": "retrieval"},
		},
		{
			"memory of a service",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartMemory(ctx, semconv.OperationSearchMemory, tracing.WithMemoryStore("m1"), tracing.WithMemoryRecord("r1"))
			},
			"search_memory", trace.SpanKindClient,
			map[string]any{"gen_ai.operation.name": "search_memory", "gen_ai.memory.store.id": "m1", "gen_ai.memory.record.id": "r1",
				"spanledger.role": "memory"},
		},
		{
			"memory in process",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartMemory(ctx, semconv.OperationUpsertMemory, tracing.WithInProcess())
			},
			"upsert_memory", trace.SpanKindInternal,
			map[string]any{"gen_ai.operation.name": "upsert_memory", "spanledger.role": "memory"},
		},
		{
			"evaluation",
			func(ctx context.Context) (context.Context, *tracing.Span) {
				return tracing.StartEvaluation(ctx, "relevance")
			},
			"evaluation relevance", trace.SpanKindInternal,
			map[string]any{"gen_ai.evaluation.name": "relevance", "spanledger.role": "evaluation", "spanledger.purpose": "judge"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRecorder(t)
			_, span := tt.start(r.context())
			span.End(nil)
			got := r.span(tt.wantName)
			require.Equal(t, tt.wantKind, got.SpanKind())
			require.Equal(t, codes.Unset, got.Status().Code)
			require.Equal(t, tracing.ScopeName, got.InstrumentationScope().Name)
			if diff := cmp.Diff(tt.wantAttrs, attributesOf(got)); diff != "" {
				t.Errorf("attributes (-want +got):\n%s", diff)
			}
		})
	}
}

// rateLimited is an error that knows its type, as those of LLM clients do.
type rateLimited struct{}

func (rateLimited) Error() string     { return "429 slow down" }
func (rateLimited) ErrorType() string { return "rate_limit_exceeded" }

func TestSpan_EndWithAnErrorFailsTheSpan(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"error that names its type", rateLimited{}, "rate_limit_exceeded"},
		{"wrapped error that names its type", fmt.Errorf("ask: %w", rateLimited{}), "rate_limit_exceeded"},
		{"joined errors", errors.Join(errors.New("a"), rateLimited{}), "rate_limit_exceeded"},
		{"plain error", errors.New("boom"), "*errors.errorString"},
		{"cancelled context", fmt.Errorf("ask: %w", context.Canceled), "context.Canceled"},
		{"deadline", context.DeadlineExceeded, "context.DeadlineExceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRecorder(t)
			_, agent := tracing.StartAgent(r.context(), "triage")
			agent.End(tt.err)
			got := r.span("invoke_agent triage")
			require.Equal(t, codes.Error, got.Status().Code)
			require.Equal(t, tt.err.Error(), got.Status().Description)
			require.Equal(t, tt.want, attributesOf(got)["error.type"])
		})
	}
}

// brittle is an error whose methods need a value.
type brittle struct{ text string }

func (b *brittle) Error() string { return b.text }

func TestSpan_ErrorThatPanicsEndsItsSpan(t *testing.T) {
	r := newRecorder(t)
	_, agent := tracing.StartAgent(r.context(), "triage")
	var err *brittle
	agent.End(err)
	got := r.span("invoke_agent triage")
	require.Equal(t, codes.Error, got.Status().Code)
	require.Equal(t, "*tracing_test.brittle", attributesOf(got)["error.type"])
}

func TestSpan_EndsOnce(t *testing.T) {
	r := newRecorder(t)
	_, agent := tracing.StartAgent(r.context(), "triage")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { agent.End(nil) })
	}
	wg.Wait()
	agent.End(errors.New("too late"))
	require.Equal(t, codes.Unset, r.span("invoke_agent triage").Status().Code)
}

func TestSpan_NilSpanDoesNothing(t *testing.T) {
	var s *tracing.Span
	s.End(errors.New("boom"))
	s.SetAttributes(attribute.String("a", "b"))
	s.AddEvent("e")
	require.False(t, s.SpanContext().IsValid())
}

func TestSpan_SpansNest(t *testing.T) {
	r := newRecorder(t)
	ctx, workflow := tracing.StartWorkflow(t.Context(), "intake", r.tracers, r.meters)
	actx, agent := tracing.StartAgent(ctx, "triage")
	sctx, step := tracing.StartStep(actx, "look up")
	tctx, tool := tracing.StartTool(sctx, "search")
	_, helper := tracing.StartAgent(tctx, "helper")
	for _, s := range []*tracing.Span{helper, tool, step, agent, workflow} {
		s.End(nil)
	}
	for child, parent := range map[string]string{
		"invoke_agent helper": "execute_tool search",
		"execute_tool search": "step look up",
		"step look up":        "invoke_agent triage",
		"invoke_agent triage": "invoke_workflow intake",
	} {
		require.Equal(t, r.span(parent).SpanContext().SpanID(), r.span(child).Parent().SpanID(), child)
	}
	require.Equal(t, map[string]any{
		"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "spanledger.role": "tool",
		"gen_ai.workflow.name": "intake", "gen_ai.agent.name": "triage",
		"spanledger.step.name": "look up", "spanledger.step.number": int64(1),
	}, attributesOf(r.span("execute_tool search")))
	require.NotContains(t, attributesOf(r.span("invoke_agent helper")), "spanledger.step.name",
		"the step of the caller is not the step of the sub-agent")
}

func TestSpan_StepsAreNumberedWithinTheirAgent(t *testing.T) {
	r := newRecorder(t)
	ctx := r.context()
	for _, name := range []string{"a", "b"} {
		agentCtx, agent := tracing.StartAgent(ctx, name)
		for i := range 3 {
			_, step := tracing.StartStep(agentCtx, fmt.Sprintf("%s%d", name, i+1))
			step.End(nil)
		}
		agent.End(nil)
	}
	for _, name := range []string{"a", "b"} {
		for i := range 3 {
			got := attributesOf(r.span(fmt.Sprintf("step %s%d", name, i+1)))
			require.Equal(t, int64(i+1), got["spanledger.step.number"])
			require.Equal(t, name, got["gen_ai.agent.name"])
		}
	}
}

func TestSpan_StepOutsideAnyAgentHasNoNumber(t *testing.T) {
	r := newRecorder(t)
	_, step := tracing.StartStep(t.Context(), "alone", r.tracers, r.meters)
	step.End(nil)
	require.NotContains(t, attributesOf(r.span("step alone")), "spanledger.step.number")
}

func TestSpan_HandOffIsALink(t *testing.T) {
	r := newRecorder(t)
	ctx := r.context()
	_, first := tracing.StartAgent(ctx, "front desk")
	first.End(nil)
	_, second := tracing.StartAgent(ctx, "specialist", tracing.WithHandOffFrom(first), tracing.WithHandOffFrom(nil))
	second.End(nil)
	links := r.span("invoke_agent specialist").Links()
	require.Len(t, links, 1)
	require.Equal(t, first.SpanContext(), links[0].SpanContext)
	require.Equal(t, []attribute.KeyValue{semconv.LinkType.String("hand_off")}, links[0].Attributes)
}

func TestSpan_ParallelSubAgentsAreChildrenOfTheirAgent(t *testing.T) {
	r := newRecorder(t)
	ctx, boss := tracing.StartAgent(t.Context(), "boss", r.tracers, r.meters)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			ctx, helper := tracing.StartAgent(ctx, fmt.Sprint("helper ", i))
			for range 10 {
				ctx, step := tracing.StartStep(ctx, "turn")
				instrument.CountInference(ctx)
				step.End(nil)
			}
			helper.End(nil)
		})
	}
	wg.Wait()
	boss.End(nil)
	for i := range 16 {
		require.Equal(t, boss.SpanContext().SpanID(), r.span(fmt.Sprint("invoke_agent helper ", i)).Parent().SpanID())
	}
	require.Len(t, r.spans.Ended(), 1+16+160)
}

func TestOptions_EmptyValuesHaveNoEffect(t *testing.T) {
	r := newRecorder(t)
	_, tool := tracing.StartTool(r.context(), "search", nil, tracing.WithToolType(""), tracing.WithToolCallID(""),
		tracing.WithTracerProvider(nil), tracing.WithMeterProvider(nil),
		tracing.WithAttributes(attribute.Int("rows", 3)))
	tool.End(nil)
	require.Equal(t, map[string]any{"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "spanledger.role": "tool",
		"rows": int64(3)}, attributesOf(r.span("execute_tool search")))

	_, retrieval := tracing.StartRetrieval(r.context(), "policies", tracing.WithTopK(0), tracing.WithServer("", 443))
	retrieval.End(nil)
	require.NotContains(t, attributesOf(r.span("retrieval policies")), "gen_ai.retrieval.top_k")
}

// An option that does not apply to a span does not compile: its type does not
// implement that of the span's options.
func TestOptions_CompileForTheirSpansOnly(t *testing.T) {
	agent, tool, step := reflect.TypeFor[tracing.AgentOption](), reflect.TypeFor[tracing.ToolOption](), reflect.TypeFor[tracing.StepOption]()
	for name, option := range map[string]struct {
		function any
		of, no   reflect.Type
	}{
		"WithTopK":       {tracing.WithTopK, reflect.TypeFor[tracing.RetrievalOption](), agent},
		"WithStepNumber": {tracing.WithStepNumber, step, tool},
		"WithInProcess":  {tracing.WithInProcess, reflect.TypeFor[tracing.MemoryOption](), agent},
		"WithToolCallID": {tracing.WithToolCallID, tool, agent},
		"WithAgentID":    {tracing.WithAgentID, reflect.TypeFor[tracing.CreateAgentOption](), step},
		"WithServer":     {tracing.WithServer, agent, tool},
		"WithHandOff":    {tracing.WithHandOffFrom, agent, reflect.TypeFor[tracing.WorkflowOption]()},
	} {
		t.Run(name, func(t *testing.T) {
			got := reflect.TypeOf(option.function).Out(0)
			require.True(t, got.Implements(option.of), "%s applies to %s", got, option.of)
			require.False(t, got.Implements(option.no), "%s does not apply to %s", got, option.no)
		})
	}
}
