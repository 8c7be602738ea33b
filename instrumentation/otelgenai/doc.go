// Package otelgenai instruments calls to LLM vendors at the level of HTTP.
//
// [NewTransport] wraps an [net/http.RoundTripper]. Every request that is an
// LLM call, whichever SDK makes it, becomes a span, a few metrics and one log
// record, named by the OpenTelemetry GenAI semantic conventions. Every other
// request passes through untouched:
//
//	client := &http.Client{Transport: otelgenai.NewTransport(http.DefaultTransport)}
//	llm := openai.NewClient(option.WithHTTPClient(client))
//
// # What the transport never does
//
// It changes no byte of the request or of the response, no error and no
// header. A request's body is observed while it is sent and never read ahead,
// and each that GetBody gives when it is sent. A streamed byte is handed to the caller before it is looked at; an
// end that comes with the last of them follows at the next Read. Memory held for a stream does not grow with the stream. A decoder that
// fails, even by a panic, is counted and the call goes on. Prompts and
// completions are not recorded unless [WithContentCapture] asks for them. No
// trace context, baggage or attribution is sent to the vendor unless
// [WithPropagators] asks for it.
//
// # How a call is recognised
//
// By the vendor's host and path. A gateway, a proxy or a model server of your
// own is named with [WithEndpoint]:
//
//	otelgenai.NewTransport(nil, otelgenai.WithEndpoint("llm.internal.example:8000", otelgenai.OpenAI))
package otelgenai
