// Package settle decides which spans are billed when several describe one
// LLM call.
//
// The decision is a function of the set of spans known, not of the order in
// which they came: when another span arrives, the decision is made again over all
// of them, and every collector that knows the same spans decides alike. Each call
// is billed once: never twice, and never not at all.
//
// Spans describe one call in two ways:
//
//   - One contains the other: a framework's model span around the vendor SDK's
//     around the transport; an agent's total around all of them. The
//     innermost span with usage is billed, except that the vendor's or a
//     gateway's own side of a call yields to the client's.
//   - They have one response id: the best span is billed, in the order of
//     spanledger.claim. Two round trips seen on the wire are two calls even if
//     a server hands out one id twice. The result of a batch is one call in
//     whatever trace it is downloaded again.
package settle
