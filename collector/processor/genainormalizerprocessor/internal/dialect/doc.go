// Package dialect reads the LLM telemetry of one span in any vocabulary
// its emitter speaks and says the same in the current GenAI semantic
// conventions.
//
// A Dialect is data: how it is recognised, which of its attributes mean what,
// which of its spans are model calls and which only wrap them, and whether its
// token counts leave out what a cache served. The engine in this package is
// the same for all of them.
package dialect
