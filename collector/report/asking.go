package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/spanledger/spanledger/collector/ledger"
)

// asking is a reader for the time of one report, whose parts may ask it side by
// side: what several of them ask is asked of the store once.
type asking struct {
	ledger.Reader

	mu      sync.Mutex
	answers map[string]*answer
}

// answer is there when done is closed.
type answer struct {
	done   chan struct{}
	groups []ledger.Group
	err    error
}

func newAsking(reader ledger.Reader) *asking {
	return &asking{Reader: reader, answers: make(map[string]*answer)}
}

// Aggregate implements ledger.Reader.
func (r *asking) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	return r.once(ctx, "sums", q, r.Reader.Aggregate)
}

// KeptSums implements ledger.Reader.
func (r *asking) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	return r.once(ctx, "kept sums", q, r.Reader.KeptSums)
}

func (r *asking) once(ctx context.Context, what string, q ledger.Query, ask func(context.Context, ledger.Query) ([]ledger.Group, error)) ([]ledger.Group, error) {
	key := fmt.Sprintf("%s %+v %d %d", what, q, q.From.UnixNano(), q.Until.UnixNano())
	r.mu.Lock()
	a, asked := r.answers[key]
	if !asked {
		a = &answer{done: make(chan struct{})}
		r.answers[key] = a
	}
	r.mu.Unlock()
	if !asked {
		a.groups, a.err = ask(ctx, q)
		close(a.done)
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	groups := slices.Clone(a.groups) // callers may sort and change theirs
	for i := range groups {
		groups[i].Key = slices.Clone(groups[i].Key)
	}
	return groups, a.err
}

// sideBySide runs the parts of a report at the same time. Stores answer several
// questions at once. The error is that of the first part that has one.
func sideBySide(parts ...func() error) error {
	errs := make([]error, len(parts))
	var wg sync.WaitGroup
	for i, part := range parts {
		wg.Go(func() { errs[i] = part() })
	}
	wg.Wait()
	return cmp.Or(errs...)
}

// inTurn runs the parts one after the other, for readers that answer one question at a
// time.
func inTurn(parts ...func() error) error {
	for _, part := range parts {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}
