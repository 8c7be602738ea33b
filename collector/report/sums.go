package report

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// Sums asks reader for totals, without percentiles. Where the rollups can
// answer they do, also for a period that cuts through an hour or a day: its
// ragged ends are read from the calls, and the rest from rollups, which reach
// back beyond the retention of the calls. The groups are those of one
// question, most expensive first.
func Sums(ctx context.Context, reader ledger.Reader, q ledger.Query) ([]ledger.Group, error) {
	q.TotalsOnly = true
	together := inTurn
	if names, ok := reader.(*modelNames); ok {
		var err error
		if q, err = names.name(ctx, q); err != nil {
			return nil, err
		}
		together = sideBySide
	}
	cut := parts(q)
	if len(cut) == 1 {
		return reader.Aggregate(ctx, q)
	}
	answers, asks := make([][]ledger.Group, len(cut)), make([]func() error, len(cut))
	for i, part := range cut {
		asks[i] = func() (err error) {
			answers[i], err = reader.Aggregate(ctx, part)
			return err
		}
	}
	if err := together(asks...); err != nil {
		return nil, err
	}
	merged := map[string]*ledger.Group{}
	for _, groups := range answers {
		for i := range groups {
			g := &groups[i]
			name := strings.Join(g.Key, "\x00")
			if known, ok := merged[name]; ok {
				known.Totals = known.Totals.Add(g.Totals)
				continue
			}
			merged[name] = g
		}
	}
	sums := make([]ledger.Group, 0, len(merged))
	for _, g := range merged {
		sums = append(sums, *g)
	}
	rowsort.Func(sums, func(a, b ledger.Group) int {
		return cmp.Or(b.Totals.Cost.Cmp(a.Totals.Cost), slices.Compare(a.Key, b.Key))
	})
	if q.Limit > 0 && len(sums) > q.Limit {
		sums = sums[:q.Limit]
	}
	return sums, nil
}

// parts cuts a question at whole hours and days of UTC, on which rollups begin:
// at most a ragged end, whole hours, whole days, whole hours, a ragged end.
// It is the question itself where that gains nothing.
func parts(q ledger.Query) []ledger.Query {
	if q.From.IsZero() || q.Until.IsZero() {
		return []ledger.Query{q}
	}
	const day = 24 * time.Hour
	whole := q
	whole.Limit = 0
	whole.From, whole.Until = ceil(q.From, time.Hour), q.Until.Truncate(time.Hour)
	if _, ok := whole.Rollup(); !ok || !whole.From.Before(whole.Until) {
		return []ledger.Query{q}
	}
	cuts := []time.Time{q.From, whole.From}
	if from, until := ceil(q.From, day), q.Until.Truncate(day); until.Sub(from) >= worthDays {
		cuts = append(cuts, from, until)
	}
	cuts = append(cuts, whole.Until, q.Until)
	var cut []ledger.Query
	for i, from := range cuts[:len(cuts)-1] {
		if until := cuts[i+1]; from.Before(until) {
			part := whole
			part.From, part.Until = from, until
			cut = append(cut, part)
		}
	}
	if len(cut) == 1 {
		return []ledger.Query{q}
	}
	return cut
}

// worthDays is from where on sums by day save more than two questions more cost.
const worthDays = 7 * 24 * time.Hour

// ceil is the first multiple of d that is not before t.
func ceil(t time.Time, d time.Duration) time.Time {
	if down := t.Truncate(d); down.Before(t) {
		return down.Add(d)
	}
	return t
}
