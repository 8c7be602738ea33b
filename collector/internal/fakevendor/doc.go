// Package fakevendor answers on loopback in the wire formats of OpenAI (chat
// completions, responses, embeddings) and Anthropic (messages), whole and as
// server-sent events, with usage, tool calls, request ids, rate-limit headers
// and errors. It keeps an exact record of every call it served, so that
// the demo's bill and the end-to-end test are compared with.
//
// Answers follow from Options.Seed, the request's body and how often that body
// was seen, so concurrent callers get the same answers in every run.
//
// Sources of the formats: OpenAI API reference (chat/object, chat/streaming,
// responses/object, responses-streaming, embeddings/object, error codes, rate
// limits) and Anthropic API reference (messages, messages-streaming, errors,
// rate-limits, prompt caching).
package fakevendor
