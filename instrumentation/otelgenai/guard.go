package otelgenai

import (
	"context"
	"sync"
)

// askGuards asks every guard until one refuses. A panic of one allows the call.
func (c *call) askGuards(ctx context.Context) {
	defer func() {
		if recover() != nil {
			c.t.tel.decodePanic()
		}
	}()
	model := &modelFinder{call: c}
	defer model.stop()
	pending := PendingCall{
		Provider: c.provider.Name, Operation: c.api.Operation, ServerAddress: c.host,
		Attributes: c.attrs, Model: model.find,
	}
	for _, guard := range c.t.cfg.guards {
		attrs, err := guard(ctx, pending)
		c.guarded = append(c.guarded, attrs...)
		if err != nil {
			c.rejected = err
			return
		}
	}
}

// modelFinder finds the model of a call until it is stopped, and then knows what
// it has found: a guard may keep what it was given.
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
