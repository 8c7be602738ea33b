// Package otelmcp makes calls over the Model Context Protocol part of the run
// they belong to, on both sides of a connection: one span for the sender, one
// for the receiver, joined by the trace context in the message's _meta.
//
// Its functions are middleware for the official Go SDK,
// github.com/modelcontextprotocol/go-sdk/mcp:
//
//	client.AddSendingMiddleware(otelmcp.Send)
//	server.AddReceivingMiddleware(otelmcp.Receive)
//
// A server that sends requests of its own (sampling, elicitation) and the
// client that answers them are joined the same way, with the two exchanged.
//
// Send tells the other side the trace and nothing else. Between a client and a
// server of the same owner, [SendAttribution] and [ReceiveAttribution] carry
// user, department and application too.
//
// The package does not import the SDK: the types of the middleware are inferred
// where it is used, so that applications without MCP do not depend on it.
//
// Source: MCP conventions, context propagation and client and server spans.
package otelmcp
