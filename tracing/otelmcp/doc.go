// Package otelmcp traces calls over the Model Context Protocol (MCP) on both sides of
// a connection. The sender and the receiver have a span each. Both are in the same
// trace, because the message's _meta has the trace context.
//
// Its functions are middleware for the official Go SDK,
// github.com/modelcontextprotocol/go-sdk/mcp:
//
//	client.AddSendingMiddleware(otelmcp.Send)
//	server.AddReceivingMiddleware(otelmcp.Receive)
//
// If a server sends requests to the client (sampling, elicitation), use Send on the
// server and Receive on the client in the same way.
//
// Send sends only the trace context to the other side. If both sides have the same
// owner, use [SendAttribution] and [ReceiveAttribution], which also send user,
// department and application.
//
// The package does not import the SDK, so that applications without MCP do not depend
// on it. The compiler infers the types of the middleware from the call.
//
// Source: MCP conventions, context propagation and client and server spans.
package otelmcp
