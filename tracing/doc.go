// Package tracing records who is asking and which agent step a call belongs to.
//
// Attribution is set once, at the edge of the application, and reaches every
// span below it, the LLM spans of [otelgenai] included:
//
//	ctx = tracing.WithAttribution(ctx, tracing.Attribution{
//		User: "u-4711", Department: "claims", Application: "intake-bot",
//	})
//
// A run is told in spans: a workflow holds agents, an agent holds steps, a step
// holds the tool calls and LLM calls it made. Each Start function returns the
// context for what happens inside and a [Span] that is ended with the error the
// work returned:
//
//	ctx, agent := tracing.StartAgent(ctx, "triage")
//	defer func() { agent.End(err) }()
//
//	ctx, step := tracing.StartStep(ctx, "look up policy")
//
// Names, kinds, attributes and metrics follow the OpenTelemetry GenAI semantic
// conventions; keys are in [semconv]. The package imports the OpenTelemetry API
// only. Without an SDK in the process every function is a cheap no-op that
// still carries attribution; tracing/setup wires an SDK.
//
// Nothing here is sent to an LLM vendor. Carrying attribution to another
// service of the user's own is asked for explicitly, see [Propagator].
//
// [otelgenai]: https://pkg.go.dev/github.com/spanledger/spanledger/instrumentation/otelgenai
// [semconv]: https://pkg.go.dev/github.com/spanledger/spanledger/tracing/semconv
package tracing
