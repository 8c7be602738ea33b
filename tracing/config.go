package tracing

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Option changes how a span is started. Options that do not concern the kind
// of span started have no effect.
type Option interface {
	apply(*config)
}

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

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
func newConfig(opts []Option) *config {
	if len(opts) == 0 {
		return noConfig
	}
	c := &config{}
	for _, o := range opts {
		if o != nil {
			o.apply(c)
		}
	}
	return c
}

// WithTracerProvider sets the provider of this span and of the spans below it.
// Default: that of the span above, else the global provider. Nil is ignored.
func WithTracerProvider(p trace.TracerProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.tracerProvider = p
		}
	})
}

// WithMeterProvider sets the provider of the metrics of this span and of the
// spans below it. Default: that of the span above, else the global provider.
// Nil is ignored.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.meterProvider = p
		}
	})
}

// WithAttributes adds attributes to this span alone. Default: none.
func WithAttributes(attrs ...attribute.KeyValue) Option {
	return optionFunc(func(c *config) { c.attributes = append(c.attributes, attrs...) })
}

// WithLinks links this span to others that it follows from but is not a child
// of. Default: none. For hand-offs between agents see [WithHandOffFrom].
func WithLinks(links ...trace.Link) Option {
	return optionFunc(func(c *config) { c.links = append(c.links, links...) })
}

// WithHandOffFrom links an agent to the one that handed the conversation to it.
// A nil span is ignored.
func WithHandOffFrom(from *Span) Option {
	return optionFunc(func(c *config) {
		if sc := from.SpanContext(); sc.IsValid() {
			c.links = append(c.links, trace.Link{
				SpanContext: sc,
				Attributes:  []attribute.KeyValue{semconv.LinkType.String(semconv.LinkHandOff)},
			})
		}
	})
}

// WithStepNumber sets spanledger.step.number. Default: steps are numbered from 1
// within their agent, or within their workflow outside any agent. Numbers below
// 1 are ignored.
func WithStepNumber(n int) Option {
	return optionFunc(func(c *config) {
		if n > 0 {
			c.stepNumber = n
		}
	})
}

// WithAgentDescription sets gen_ai.agent.description. Default: not set.
func WithAgentDescription(d string) Option { return withString(semconv.AgentDescription, d) }

// WithAgentID sets gen_ai.agent.id: the stable id of an agent hosted by a
// service, never the id of an object in memory. Default: not set.
func WithAgentID(id string) Option { return withString(semconv.AgentID, id) }

// WithAgentVersion sets gen_ai.agent.version of a hosted agent. Default: not set.
func WithAgentVersion(v string) Option { return withString(semconv.AgentVersion, v) }

// WithModel sets gen_ai.request.model of an agent that is bound to one model.
// Default: not set.
func WithModel(m string) Option { return withString(semconv.RequestModel, m) }

// WithRemoteAgent marks an agent that a service elsewhere runs: the span is of
// kind CLIENT and carries gen_ai.provider.name. Default: the agent runs in this
// process.
func WithRemoteAgent(provider string) Option {
	return optionFunc(func(c *config) {
		c.remote = true
		c.attributes = appendString(c.attributes, semconv.ProviderName, provider)
	})
}

// WithToolType sets gen_ai.tool.type: function, extension or datastore.
// Default: not set.
func WithToolType(t string) Option {
	return optionFunc(func(c *config) {
		if t != "" {
			c.toolType = t
			c.attributes = appendString(c.attributes, semconv.ToolType, t)
		}
	})
}

// WithToolCallID sets gen_ai.tool.call.id, the id the model gave the call.
// Default: not set.
func WithToolCallID(id string) Option { return withString(semconv.ToolCallID, id) }

// WithToolDescription sets gen_ai.tool.description. Default: not set.
func WithToolDescription(d string) Option { return withString(semconv.ToolDescription, d) }

// WithServer sets server.address and, when positive, server.port of the service
// that a retrieval, memory or remote agent span talks to. Default: not set.
func WithServer(address string, port int) Option {
	return optionFunc(func(c *config) {
		c.attributes = appendString(c.attributes, semconv.ServerAddress, address)
		if address != "" && port > 0 {
			c.attributes = append(c.attributes, semconv.ServerPort.Int(port))
		}
	})
}

// WithTopK sets gen_ai.retrieval.top_k, how many documents a retrieval asks
// for. Default: not set. Numbers below 1 are ignored.
func WithTopK(k int) Option {
	return optionFunc(func(c *config) {
		if k > 0 {
			c.attributes = append(c.attributes, semconv.RetrievalTopK.Int(k))
		}
	})
}

// WithMemoryStore sets gen_ai.memory.store.id. Default: not set.
func WithMemoryStore(id string) Option { return withString(semconv.MemoryStoreID, id) }

// WithMemoryRecord sets gen_ai.memory.record.id. Default: not set.
func WithMemoryRecord(id string) Option { return withString(semconv.MemoryRecordID, id) }

// WithInProcess marks a memory that lives in this process: the span is of kind
// INTERNAL. Default: the memory is a service, and the span of kind CLIENT.
func WithInProcess() Option { return optionFunc(func(c *config) { c.inProcess = true }) }

func withString(key attribute.Key, v string) Option {
	return optionFunc(func(c *config) { c.attributes = appendString(c.attributes, key, v) })
}
