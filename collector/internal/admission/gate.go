// Package admission limits how many requests of spans are decoded and processed at a time.
// A decoded span takes several times the memory of its encoded form, and requests that are
// processed at the same time on few processors all end late: those that wait are not decoded.
package admission

import (
	"context"
	"sync/atomic"
)

// Gate has a number of places.
type Gate struct{ places chan struct{} }

// NewGate returns a gate of n places.
func NewGate(n int) *Gate { return &Gate{make(chan struct{}, n)} }

// Enter waits for a place, or until no one waits for the request any more.
func (g *Gate) Enter(ctx context.Context) error {
	select {
	case g.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave frees a place that is not held by a context.
func (g *Gate) Leave() { <-g.places }

// Hold returns a context that holds a place, which has been entered.
func (g *Gate) Hold(ctx context.Context) context.Context {
	return context.WithValue(ctx, heldKey{}, &held{gate: g})
}

// held is a place that is freed once.
type held struct {
	gate *Gate
	left atomic.Bool
}

type heldKey struct{}

// Leave frees the place that a context holds, if it holds one. What follows, such as waiting
// for a queue, keeps no place from others. Further calls have no effect.
func Leave(ctx context.Context) {
	if h, ok := ctx.Value(heldKey{}).(*held); ok && !h.left.Swap(true) {
		h.gate.Leave()
	}
}
