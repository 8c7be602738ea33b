// Package propagate continues a run in another service of your own, over HTTP. It
// sends the trace, the baggage and the attribution, with [tracing.Propagator].
// Package propagategrpc does the same for gRPC.
//
//	client := &http.Client{Transport: propagate.NewTransport(nil, "billing.internal", "*.agents.internal")}
//
//	http.Handle("/run", propagate.NewHandler(handler))
//
// An agent in the called service becomes a child of the calling agent. Its calls have
// the same user, department and application.
//
// Only the named hosts receive these headers, so the client can also be used for LLM
// vendors. The package makes no spans; to trace the requests too, wrap its transport
// or handler with otelhttp.
package propagate
