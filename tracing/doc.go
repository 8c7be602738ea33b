// Package tracing records who a call is for, and its agent and step.
//
// Set the attribution once, where a request enters the application. All spans that
// are made with the context have it, including the LLM spans of [otelgenai]:
//
//	ctx = tracing.WithAttribution(ctx, tracing.Attribution{
//		User: "u-4711", Department: "claims", Application: "intake-bot",
//	})
//
// A run is a tree of spans: a workflow contains agents, an agent contains steps, and
// a step contains its tool calls and LLM calls. Each Start function returns a
// context for the work inside, and a [Span]. End the span with the error that the
// work returned:
//
//	ctx, agent := tracing.StartAgent(ctx, "triage")
//	defer func() { agent.End(err) }()
//
//	ctx, step := tracing.StartStep(ctx, "look up policy")
//
// Names, kinds, attributes and metrics follow the OpenTelemetry GenAI semantic
// conventions; keys are in [semconv]. The package imports only the OpenTelemetry
// API. Without an SDK in the process, no spans are made, and contexts still have the
// attribution. Package tracing/setup configures an SDK.
//
// Nothing of this is sent to an LLM vendor. To send attribution to another service
// of your own, use [Propagator].
//
// [otelgenai]: https://pkg.go.dev/github.com/spanledger/spanledger/instrumentation/otelgenai
// [semconv]: https://pkg.go.dev/github.com/spanledger/spanledger/tracing/semconv
package tracing
