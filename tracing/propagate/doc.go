// Package propagate carries a run across HTTP between services of the user's
// own: the trace, the baggage and the attribution, as [tracing.Propagator]
// writes them. Package propagategrpc does the same for gRPC.
//
//	client := &http.Client{Transport: propagate.NewTransport(nil, "billing.internal", "*.agents.internal")}
//
//	http.Handle("/run", propagate.NewHandler(handler))
//
// An agent called this way is a child of the agent that called it, and what it
// spends is spent for the same user, department and application.
//
// Nothing is sent to a host that is not named, so a client that also talks to
// LLM vendors tells them nothing. The package makes no spans of its own; to
// trace the requests too, wrap its transport or handler with otelhttp.
package propagate
