// Package guardedotlpreceiver keeps what a sender of OTLP decides within limits, before it
// is decoded: the decoder recurses into nested values, and a stack that overflows
// ends the process. Few requests of spans are in memory at a time; others stay with
// their senders.
package guardedotlpreceiver
