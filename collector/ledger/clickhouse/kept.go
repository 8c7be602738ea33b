package clickhouse

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// KeptSums implements ledger.Reader. Of days whose calls are all stored, the rollups say
// what the calls say.
func (s *Store) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	older, summed, err := s.divideKept(ctx, q)
	if err != nil {
		return nil, s.wrap("kept sums", err)
	}
	answers, errs := make([][]ledger.Group, len(summed)+1), make([]error, len(summed)+1)
	var asked sync.WaitGroup
	for i, part := range summed {
		asked.Go(func() { answers[i], errs[i] = s.Aggregate(ctx, part) })
	}
	if older != nil {
		last := len(summed)
		answers[last], errs[last] = ledger.KeptSums(ctx, s.Aggregate, *older)
	}
	asked.Wait()
	if err := cmp.Or(errs...); err != nil {
		return nil, err
	}
	sums := ledger.AddUp(len(q.By), answers...)
	return slices.DeleteFunc(sums, func(g ledger.Group) bool { return g.Totals.Calls == 0 }), nil // the total of nothing
}

// divideKept divides a question into the part that the calls have to answer, nil where
// there is none, and those that the rollups answer, or the calls in less than an hour.
func (s *Store) divideKept(ctx context.Context, q ledger.Query) (older *ledger.Query, summed []ledger.Query, err error) {
	q.TotalsOnly, q.Limit = true, 0
	if err := q.Validate(); err != nil {
		return nil, nil, err
	}
	if cut := q.Cut(); len(cut) == 1 {
		if _, rolled := q.Rollup(); !rolled {
			return &q, nil, nil
		}
	}
	since, err := s.SummedSince(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !q.Until.IsZero() && !since.Before(q.Until) {
		return &q, nil, nil
	}
	later := q
	if q.From.Before(since) {
		before := q
		before.Until, later.From = since, since
		older = &before
	}
	return older, later.Cut(), nil
}

// SummedSince is the first day of UTC from which on the calls of the sums are all stored.
func (s *Store) SummedSince(ctx context.Context) (since time.Time, err error) {
	statement, err := render("summed_since.sql", nil)
	if err != nil {
		return since, err
	}
	err = s.everyShard(ctx, func(s *Store) error {
		var seconds proto.ColInt64
		err := s.do(ctx, ch.Query{Body: statement, Result: proto.Results{{Name: "since", Data: &seconds}}})
		if err == nil && len(seconds) > 0 {
			if of := time.Unix(seconds[0], 0).UTC(); of.After(since) {
				since = of
			}
		}
		return err
	})
	return since, err
}
