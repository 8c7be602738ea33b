package costledgerexporter

import (
	"context"
	"time"
)

const (
	// mostPatience is how often the time of a write is doubled.
	mostPatience = 4
	// quietAttempts are those after which rows that are written, but not settled in time,
	// are written in parts: to settle each part costs about as much as the whole.
	quietAttempts = 3
)

// unsettledError is an error after all rows were written.
type unsettledError struct{ err error }

func (e *unsettledError) Error() string { return e.err.Error() }

func (e *unsettledError) Unwrap() error { return e.err }

// patience gives requests that took longer than the timeout more time with every attempt.
// Otherwise a store that needs longer than that for a batch would do the same work again
// without end. Only one such request of a queue is written at a time, so that they do not
// slow down each other.
type patience struct {
	stop *stopping
	turn chan struct{}
}

func newPatience(stop *stopping) *patience {
	return &patience{stop: stop, turn: make(chan struct{}, 1)}
}

// begin returns the context for the next attempt to write a request, and a function to be
// called at its end.
func (p *patience) begin(ctx context.Context, r *request) (context.Context, func()) {
	deadline, ok := ctx.Deadline()
	// Without a grace, a shutdown would wait for all of the time.
	if !ok || r.slow == 0 || p.stop.grace == 0 {
		return ctx, func() {}
	}
	limit := time.Until(deadline) << min(r.slow, mostPatience)
	ctx, cancel := p.stop.limit(context.WithoutCancel(ctx))
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx, cancel
	}
	ctx, end := context.WithTimeout(ctx, limit)
	return ctx, func() {
		end()
		cancel()
		<-p.turn
	}
}
