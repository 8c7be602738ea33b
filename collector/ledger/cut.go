package ledger

import (
	"strings"
	"time"
)

// Cut divides a question for totals at whole hours and days of UTC, on which rollups
// begin: at most a ragged end, whole hours, whole days, whole hours, a ragged end.
// It is the question itself where that gains nothing. AddUp puts the answers together.
func (q *Query) Cut() []Query {
	if q.From.IsZero() || q.Until.IsZero() {
		return []Query{*q}
	}
	const day = 24 * time.Hour
	whole := *q
	whole.Limit = 0
	whole.From, whole.Until = ceil(q.From, time.Hour), q.Until.Truncate(time.Hour)
	if _, ok := whole.Rollup(); !ok || !whole.From.Before(whole.Until) {
		return []Query{*q}
	}
	cuts := []time.Time{q.From, whole.From}
	if from, until := ceil(q.From, day), q.Until.Truncate(day); until.Sub(from) >= worthDays {
		cuts = append(cuts, from, until)
	}
	cuts = append(cuts, whole.Until, q.Until)
	var cut []Query
	for i, from := range cuts[:len(cuts)-1] {
		if until := cuts[i+1]; from.Before(until) {
			part := whole
			part.From, part.Until = from, until
			cut = append(cut, part)
		}
	}
	if len(cut) == 1 {
		return []Query{*q}
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

// AddUp adds the totals of groups with the same key, in no order and without latency.
// Only the first n values of a key count.
func AddUp(n int, answers ...[]Group) []Group {
	places := map[string]int{}
	var sums []Group
	for _, groups := range answers {
		for i := range groups {
			key := groups[i].Key[:n:n]
			name := strings.Join(key, "\x00")
			at, known := places[name]
			if !known {
				at = len(sums)
				places[name] = at
				sums = append(sums, Group{Key: key})
			}
			sums[at].Totals = sums[at].Totals.Add(groups[i].Totals)
		}
	}
	return sums
}
