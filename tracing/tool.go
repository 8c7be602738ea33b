package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// StartTool starts the span of one execution of a tool by the application. It is
// counted in gen_ai.invoke_agent.tool_calls of its agent, and recorded in
// gen_ai.execute_tool.duration.
//
// Source: GenAI conventions, execute tool span (INTERNAL).
func StartTool(ctx context.Context, name string, opts ...ToolOption) (context.Context, *Span) {
	name = text(name)
	c := newConfig(opts)
	s := newSpan(ctx)
	if s.scope.run != nil {
		s.scope.run.tools.Add(1)
	}
	s.toolName, s.toolType, s.record = name, c.toolType, recordTool
	s.scope.tool = s
	return s.begin(ctx, c, node{
		name: join(semconv.OperationExecuteTool, name),
		kind: trace.SpanKindInternal,
		attrs: []attribute.KeyValue{
			semconv.OperationName.String(semconv.OperationExecuteTool),
			semconv.SpanRole.String(semconv.RoleTool),
			semconv.ToolName.String(name),
		},
		inner: true,
	})
}

func recordTool(s *Span, errorType string) {
	s.metrics.recordTool(s.ctx, time.Since(s.start), s.toolName, s.toolType, s.scope.agent, errorType)
}
