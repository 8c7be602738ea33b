// Package guardedotlpreceiver keeps what a sender of OTLP decides within limits, before it
// is decoded: the decoder recurses into nested values, and a stack that overflows
// ends the process.
package guardedotlpreceiver
