package otelgenai

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
)

// Intent is what is known of an LLM call before it leaves.
type Intent struct {
	Provider      string // gen_ai.provider.name
	Operation     string // gen_ai.operation.name
	ServerAddress string
	// Attributes say who the call is for: attribution, conversation, workflow,
	// agent and step. They are shared and must not be changed.
	Attributes []attribute.KeyValue
	// Model finds the model that is asked for while the admission runs; see
	// RequestModel.
	Model func() string
}

// RequestModel is the model that is asked for, empty where neither the path nor
// the body of the request names one. An admission that asks has the body read
// until it is known where that is not in memory, and what was read held to be
// sent; the others have no call wait.
func (i Intent) RequestModel() string {
	if i.Model == nil {
		return ""
	}
	return i.Model()
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
	model := &modelFinder{call: c}
	defer model.stop()
	intent := Intent{
		Provider: c.provider.Name, Operation: c.api.Operation, ServerAddress: c.host,
		Attributes: c.attrs, Model: model.find,
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

// modelFinder finds the model of a call until it is stopped, and then knows what
// it has found: an admission may keep what it was given.
type modelFinder struct {
	mu    sync.Mutex
	call  *call
	model string
}

func (f *modelFinder) find() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.call != nil {
		f.model = f.call.modelBeforeSending()
	}
	return f.model
}

func (f *modelFinder) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.call = nil
}

// modelBeforeSending is the model that is asked for, whatever it takes to know.
func (c *call) modelBeforeSending() string {
	if c.sending == nil {
		return c.req.Model
	}
	if memory, _ := inMemory(c.sending.own.inner); memory != nil {
		c.scanInPlace(c.sending.kind, c.sending.contentType, memory)
		c.sending = nil
		return c.req.Model
	}
	return c.sending.readAhead()
}
