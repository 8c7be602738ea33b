// Package runctx is the key under which a context holds the run it belongs to,
// shared by package tracing, which sets it, and package instrument, which reads it.
package runctx

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

// Run is the part of a run that instrumentation of LLM clients needs.
type Run interface {
	// Attributes are carried by every span of the run. They must not be changed.
	Attributes() []attribute.KeyValue
	// CountInference counts an LLM call for the innermost agent.
	CountInference()
	// AgentDepth is how many agents are around the context, one in the other.
	AgentDepth() int
}

type key struct{}

// With returns a context that belongs to the run.
func With(ctx context.Context, r Run) context.Context { return context.WithValue(ctx, key{}, r) }

// From returns the run of ctx, or nil.
func From(ctx context.Context) Run {
	r, _ := ctx.Value(key{}).(Run)
	return r
}
