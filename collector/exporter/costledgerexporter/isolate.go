package costledgerexporter

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// pieces is how many parts a batch that failed is cut into, and each part that
// failed again: four rounds find one row among 65,000.
const pieces = 16

// ofTime leaves a third of the time of a write to find out which row took the
// rest.
func ofTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)*2/3)
}

// share is the time for one of n writes that are left.
func share(ctx context.Context, n int) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)/time.Duration(n+1))
}

// blames reports whether a row may be the reason for an error: the store
// answered, or took longer than it was given. Of what is known to be the store's
// own trouble, such as a full disk, no row is the reason.
func blames(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	switch ledger.CauseOf(err) {
	case ledger.CauseOther, ledger.CauseSchemaChanged, ledger.CauseOverloaded:
		return true
	}
	return false
}

// isolation is the outcome of writing a batch in parts.
type isolation[T any] struct {
	write func(context.Context, []T) error

	poison []T   // rows that fail alone, while others are written
	reason error // of the first
	left   []T   // rows that could not be tried, or failed with all others
	err    error // of those left
	sample []T   // rows that were written
}

// isolate writes rows in ever smaller parts, until those that the store cannot
// take are alone. Where the store takes none at all, no row is to blame; sample
// are rows it took before, none where it is not known to take any.
func isolate[T any](ctx context.Context, rows, sample []T, write func(context.Context, []T) error) *isolation[T] {
	i := &isolation[T]{write: write, sample: sample}
	i.divide(ctx, rows)
	if len(i.poison) > 0 && !i.confirm(ctx) {
		i.left, i.poison, i.reason = append(i.left, i.poison...), nil, nil
	}
	return i
}

func (i *isolation[T]) divide(ctx context.Context, rows []T) {
	var failed [][]T
	var reasons []error
	parts := slices.Collect(slices.Chunk(rows, max(1, (len(rows)+pieces-1)/pieces)))
	for n, part := range parts {
		err := i.attempt(ctx, part, len(parts)-n)
		switch {
		case err == nil:
			i.sample = part
		case ctx.Err() != nil || !blames(err):
			i.leave(err, slices.Concat(append(failed, parts[n:]...)...))
			return
		default:
			failed, reasons = append(failed, part), append(reasons, err)
		}
	}
	for n, part := range failed {
		switch {
		case i.sample == nil:
			i.leave(reasons[n], part)
		case len(part) > 1:
			i.divide(ctx, part)
		default:
			i.poison = append(i.poison, part...)
			if i.reason == nil {
				i.reason = reasons[n]
			}
		}
	}
}

func (i *isolation[T]) attempt(ctx context.Context, rows []T, left int) error {
	ctx, cancel := share(ctx, left)
	defer cancel()
	return i.write(ctx, rows)
}

func (i *isolation[T]) leave(err error, rows []T) {
	i.left = append(i.left, rows...)
	if i.err == nil {
		i.err = err
	}
}

// confirm tries the rows that failed alone once more, each between two writes
// that succeed: an outage may have begun or ended meanwhile.
func (i *isolation[T]) confirm(ctx context.Context) bool {
	healthy := func() bool {
		err := i.attempt(ctx, i.sample, 2)
		if err != nil && i.err == nil {
			i.err = err
		}
		return err == nil
	}
	if !healthy() {
		return false
	}
	var poison []T
	for n := range i.poison {
		if err := i.attempt(ctx, i.poison[n:n+1], len(i.poison)-n+1); err != nil {
			if !blames(err) || ctx.Err() != nil {
				i.err = err
				return false
			}
			poison = append(poison, i.poison[n])
		}
	}
	i.poison = poison
	return healthy()
}
