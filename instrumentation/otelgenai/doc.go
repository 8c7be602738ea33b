// Package otelgenai instruments calls to LLM vendors at the level of HTTP.
//
// [NewTransport] wraps an [net/http.RoundTripper]. Every request that is an
// LLM call, from any SDK, becomes a span, a few metrics and one log record, with
// the names of the OpenTelemetry GenAI semantic conventions. Every other request
// passes through unchanged:
//
//	client := &http.Client{Transport: otelgenai.NewTransport(http.DefaultTransport)}
//	llm := openai.NewClient(option.WithHTTPClient(client))
//
// # What the transport never does
//
//   - It changes no byte, header or error of the request and the response
//     ([WithStreamUsage] is the exception).
//   - It does not read a request's body before it is sent, but observes the bytes
//     while they are sent. This includes bodies from GetBody. (A guard that calls
//     [PendingCall.RequestModel] is the exception.)
//   - It does not delay a stream: the caller gets each byte before it is decoded.
//     If the end of the stream comes together with the last bytes, the caller gets
//     it with the next Read.
//   - Memory for a stream does not grow with its length.
//   - If a decoder fails, even with a panic, the failure is counted and the call
//     continues.
//   - Prompts and answers are not recorded unless [WithContentCapture] is set.
//   - The vendor receives no trace context, baggage or attribution unless
//     [WithPropagators] is set.
//
// # How a call is recognized
//
// By the host and the path of the vendor. For a gateway, a proxy or a model server
// of your own, use [WithEndpoint]:
//
//	otelgenai.NewTransport(nil, otelgenai.WithEndpoint("llm.internal.example:8000", otelgenai.OpenAI))
package otelgenai
