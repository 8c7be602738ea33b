package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Bucket boundaries of the GenAI conventions, in seconds; callBuckets in calls.
var (
	agentBuckets    = []float64{0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6}
	workflowBuckets = []float64{1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200}
	toolBuckets     = []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	mcpBuckets      = []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300}
	callBuckets     = []float64{1, 2, 4, 8, 16, 32, 64, 128}
)

// instruments are the metrics of the package, made once for each meter provider.
type instruments struct {
	agentDuration    metric.Float64Histogram
	agentInferences  metric.Int64Histogram
	agentTools       metric.Int64Histogram
	workflowDuration metric.Float64Histogram
	toolDuration     metric.Float64Histogram
	mcpClient        metric.Float64Histogram
	mcpServer        metric.Float64Histogram
}

func newInstruments(m metric.Meter) instruments {
	var in instruments
	var err error
	seconds := func(name, description string, buckets []float64) metric.Float64Histogram {
		h, e := m.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description),
			metric.WithExplicitBucketBoundaries(buckets...))
		if e != nil {
			err = e
		}
		return h
	}
	calls := func(name, unit, description string) metric.Int64Histogram {
		h, e := m.Int64Histogram(name, metric.WithUnit(unit), metric.WithDescription(description),
			metric.WithExplicitBucketBoundaries(callBuckets...))
		if e != nil {
			err = e
		}
		return h
	}
	in.agentDuration = seconds("gen_ai.invoke_agent.duration", "Duration of an agent invocation.", agentBuckets)
	in.agentInferences = calls("gen_ai.invoke_agent.inference_calls", "{inference_call}",
		"LLM calls an agent invocation made itself, failed ones included.")
	in.agentTools = calls("gen_ai.invoke_agent.tool_calls", "{tool_call}",
		"Tool calls an agent invocation made itself.")
	in.workflowDuration = seconds("gen_ai.invoke_workflow.duration", "Duration of a workflow invocation.", workflowBuckets)
	in.toolDuration = seconds("gen_ai.execute_tool.duration", "Duration of a tool execution.", toolBuckets)
	in.mcpClient = seconds("mcp.client.operation.duration", "Duration of an MCP request or notification as its sender sees it.", mcpBuckets)
	in.mcpServer = seconds("mcp.server.operation.duration", "Duration of an MCP request or notification as its receiver sees it.", mcpBuckets)
	if err != nil {
		otel.Handle(err)
	}
	return in
}

func (in *instruments) recordAgent(ctx context.Context, d time.Duration, agent, errorType string, r *run) {
	if !in.agentDuration.Enabled(ctx) {
		return
	}
	name := appendString(make([]attribute.KeyValue, 0, 2), semconv.AgentName, agent)
	in.agentDuration.Record(ctx, d.Seconds(),
		metric.WithAttributeSet(attribute.NewSet(appendString(name, semconv.ErrorType, errorType)...)))
	byName := metric.WithAttributeSet(attribute.NewSet(name...))
	in.agentInferences.Record(ctx, r.inferences.Load(), byName)
	in.agentTools.Record(ctx, r.tools.Load(), byName)
}

func (in *instruments) recordWorkflow(ctx context.Context, d time.Duration, workflow, errorType string) {
	if !in.workflowDuration.Enabled(ctx) {
		return
	}
	attrs := appendString(make([]attribute.KeyValue, 0, 2), semconv.WorkflowName, workflow)
	attrs = appendString(attrs, semconv.ErrorType, errorType)
	in.workflowDuration.Record(ctx, d.Seconds(), metric.WithAttributeSet(attribute.NewSet(attrs...)))
}

func (in *instruments) recordTool(ctx context.Context, d time.Duration, tool, toolType, agent, errorType string) {
	if !in.toolDuration.Enabled(ctx) {
		return
	}
	attrs := appendString(make([]attribute.KeyValue, 0, 4), semconv.ToolName, tool)
	attrs = appendString(attrs, semconv.ToolType, toolType)
	attrs = appendString(attrs, semconv.AgentName, agent)
	attrs = appendString(attrs, semconv.ErrorType, errorType)
	in.toolDuration.Record(ctx, d.Seconds(), metric.WithAttributeSet(attribute.NewSet(attrs...)))
}
