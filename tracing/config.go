package tracing

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Each option has the type of the spans that it applies to: [WithTopK] is a
// [RetrievalOption], so that using it for an agent does not compile. A [SpanOption]
// applies to all spans.
type (
	// WorkflowOption is an option of [StartWorkflow].
	WorkflowOption interface{ workflowOption() }
	// AgentOption is an option of [StartAgent].
	AgentOption interface{ agentOption() }
	// CreateAgentOption is an option of [StartCreateAgent].
	CreateAgentOption interface{ createAgentOption() }
	// PlanOption is an option of [StartPlan].
	PlanOption interface{ planOption() }
	// StepOption is an option of [StartStep].
	StepOption interface{ stepOption() }
	// ToolOption is an option of [StartTool].
	ToolOption interface{ toolOption() }
	// RetrievalOption is an option of [StartRetrieval].
	RetrievalOption interface{ retrievalOption() }
	// MemoryOption is an option of [StartMemory].
	MemoryOption interface{ memoryOption() }
	// EvaluationOption is an option of [StartEvaluation].
	EvaluationOption interface{ evaluationOption() }
	// MCPOption is an option of [StartMCPSend] and [StartMCPReceive].
	MCPOption interface{ mcpOption() }

	// SpanOption applies to every span.
	SpanOption interface {
		WorkflowOption
		AgentOption
		CreateAgentOption
		PlanOption
		StepOption
		ToolOption
		RetrievalOption
		MemoryOption
		EvaluationOption
		MCPOption
	}
	// AgentDescriptionOption applies to the spans that invoke or create an agent.
	AgentDescriptionOption interface {
		AgentOption
		CreateAgentOption
	}
	// ServerOption applies to the spans that can be requests to another service.
	ServerOption interface {
		AgentOption
		CreateAgentOption
		RetrievalOption
		MemoryOption
	}
)

// option is the one implementation of all option types.
type option func(*config)

func (option) workflowOption()    {}
func (option) agentOption()       {}
func (option) createAgentOption() {}
func (option) planOption()        {}
func (option) stepOption()        {}
func (option) toolOption()        {}
func (option) retrievalOption()   {}
func (option) memoryOption()      {}
func (option) evaluationOption()  {}
func (option) mcpOption()         {}

type config struct {
	tracerProvider trace.TracerProvider
	meterProvider  metric.MeterProvider
	attributes     []attribute.KeyValue
	links          []trace.Link
	stepNumber     int
	remote         bool
	inProcess      bool
	toolType       string
}

var noConfig = &config{}

// newConfig never returns nil; without options it does not allocate.
func newConfig[O any](opts []O) *config {
	if len(opts) == 0 {
		return noConfig
	}
	c := &config{}
	for _, o := range opts {
		if apply, ok := any(o).(option); ok { // not for a nil option
			apply(c)
		}
	}
	return c
}

// WithTracerProvider sets the tracer provider of this span and of the spans below
// it. Default: the provider of the parent span, or else the global one. Nil is
// ignored.
func WithTracerProvider(p trace.TracerProvider) SpanOption {
	return option(func(c *config) {
		if p != nil {
			c.tracerProvider = p
		}
	})
}

// WithMeterProvider sets the meter provider of this span and of the spans below it.
// Default: the provider of the parent span, or else the global one. Nil is ignored.
func WithMeterProvider(p metric.MeterProvider) SpanOption {
	return option(func(c *config) {
		if p != nil {
			c.meterProvider = p
		}
	})
}

// WithAttributes adds attributes to this span, not to the spans below it. Default:
// none.
func WithAttributes(attrs ...attribute.KeyValue) SpanOption {
	return option(func(c *config) { c.attributes = append(c.attributes, attrs...) })
}

// WithLinks links this span to related spans other than its parent. Default: none.
// For hand-offs between agents, use [WithHandOffFrom].
func WithLinks(links ...trace.Link) SpanOption {
	return option(func(c *config) { c.links = append(c.links, links...) })
}

// WithHandOffFrom links an agent to the agent that handed the conversation over to
// it. A nil span is ignored.
func WithHandOffFrom(from *Span) AgentOption {
	return option(func(c *config) {
		if sc := from.SpanContext(); sc.IsValid() {
			c.links = append(c.links, trace.Link{
				SpanContext: sc,
				Attributes:  []attribute.KeyValue{semconv.LinkType.String(semconv.LinkHandOff)},
			})
		}
	})
}

// WithStepNumber sets spanledger.step.number. Default: the steps of an agent (or of
// a workflow, for steps outside an agent) are numbered from 1. Numbers below 1 are
// ignored.
func WithStepNumber(n int) StepOption {
	return option(func(c *config) {
		if n > 0 {
			c.stepNumber = n
		}
	})
}

// WithAgentDescription sets gen_ai.agent.description. Default: not set.
func WithAgentDescription(d string) AgentDescriptionOption {
	return withString(semconv.AgentDescription, d)
}

// WithAgentID sets gen_ai.agent.id: the permanent id of an agent that a service
// hosts. Do not use the id of an object in memory. Default: not set.
func WithAgentID(id string) AgentDescriptionOption { return withString(semconv.AgentID, id) }

// WithAgentVersion sets gen_ai.agent.version of a hosted agent. Default: not set.
func WithAgentVersion(v string) AgentDescriptionOption { return withString(semconv.AgentVersion, v) }

// WithModel sets gen_ai.request.model of an agent that always uses the same model.
// Default: not set.
func WithModel(m string) AgentDescriptionOption { return withString(semconv.RequestModel, m) }

// WithRemoteAgent is for an agent that runs in another service: the span is of kind
// CLIENT and has gen_ai.provider.name. Default: the agent runs in this process.
func WithRemoteAgent(provider string) AgentOption {
	return option(func(c *config) {
		c.remote = true
		c.attributes = appendString(c.attributes, semconv.ProviderName, provider)
	})
}

// WithToolType sets gen_ai.tool.type: function, extension or datastore.
// Default: not set.
func WithToolType(t string) ToolOption {
	return option(func(c *config) {
		if t != "" {
			c.toolType = t
			c.attributes = appendString(c.attributes, semconv.ToolType, t)
		}
	})
}

// WithToolCallID sets gen_ai.tool.call.id, the id that the model gave to the call.
// Default: not set.
func WithToolCallID(id string) ToolOption { return withString(semconv.ToolCallID, id) }

// WithToolDescription sets gen_ai.tool.description. Default: not set.
func WithToolDescription(d string) ToolOption { return withString(semconv.ToolDescription, d) }

// WithServer sets server.address and, if port is positive, server.port: the service
// that a retrieval, a memory operation or a remote agent uses. Default: not set.
func WithServer(address string, port int) ServerOption {
	return option(func(c *config) {
		c.attributes = appendString(c.attributes, semconv.ServerAddress, address)
		if address != "" && port > 0 {
			c.attributes = append(c.attributes, semconv.ServerPort.Int(port))
		}
	})
}

// WithTopK sets gen_ai.retrieval.top_k, the number of documents that a retrieval
// requests. Default: not set. Numbers below 1 are ignored.
func WithTopK(k int) RetrievalOption {
	return option(func(c *config) {
		if k > 0 {
			c.attributes = append(c.attributes, semconv.RetrievalTopK.Int(k))
		}
	})
}

// WithMemoryStore sets gen_ai.memory.store.id. Default: not set.
func WithMemoryStore(id string) MemoryOption { return withString(semconv.MemoryStoreID, id) }

// WithMemoryRecord sets gen_ai.memory.record.id. Default: not set.
func WithMemoryRecord(id string) MemoryOption { return withString(semconv.MemoryRecordID, id) }

// WithInProcess is for a memory inside this process: the span is of kind INTERNAL.
// Default: the memory is a service, and the span is of kind CLIENT.
func WithInProcess() MemoryOption { return option(func(c *config) { c.inProcess = true }) }

func withString(key attribute.Key, v string) option {
	return option(func(c *config) { c.attributes = appendString(c.attributes, key, v) })
}
