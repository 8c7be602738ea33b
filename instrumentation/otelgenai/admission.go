package otelgenai

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

// Intent is what is known of an LLM call before it leaves.
type Intent struct {
	Provider      string // gen_ai.provider.name
	Operation     string // gen_ai.operation.name
	ServerAddress string
	// RequestModel is empty where neither the path nor a body that can be read
	// twice names the model.
	RequestModel string
	// Attributes say who the call is for: attribution, conversation, workflow,
	// agent and step. They are shared and must not be changed.
	Attributes []attribute.KeyValue
}

// Admission decides whether a call may leave. It runs in the path of every
// call, so it must not wait for anything. Attributes that it returns are set on
// the call's span. An error keeps the call from leaving: the caller gets it as
// it is, and the span has it as error.type, by its own name for itself if it
// has a method ErrorType() string.
type Admission func(context.Context, Intent) ([]attribute.KeyValue, error)

// admit asks every admission until one refuses. A panic of one lets the call
// go.
func (c *call) admit(ctx context.Context) {
	defer func() {
		if recover() != nil {
			c.t.tel.decodePanic()
		}
	}()
	intent := Intent{
		Provider: c.provider.Name, Operation: c.api.Operation, ServerAddress: c.host,
		RequestModel: c.req.Model, Attributes: c.attrs,
	}
	for _, admission := range c.t.cfg.admissions {
		attrs, err := admission(ctx, intent)
		c.admitted = append(c.admitted, attrs...)
		if err != nil {
			c.rejected = err
			return
		}
	}
}
