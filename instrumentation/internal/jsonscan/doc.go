// Package jsonscan reads a few fields out of JSON that arrives in pieces.
//
// A [Shape] lists the paths that are wanted. A [Scanner] is fed bytes as they
// come, split anywhere, and calls a [Handler] for the wanted values; all else
// is skipped at little more than the cost of looking for the next quote. It
// holds no document but a short one, to compare those of a stream with, so its
// memory does not grow with the input.
//
// It is a reader of telemetry, not a validator: what is outside the wanted
// paths is only followed far enough to find its end.
package jsonscan
