package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
)

// SeriesQuestion asks for cost over time, stacked by a dimension.
type SeriesQuestion struct {
	Period   Period
	Interval Interval         // "" = Period.UsualInterval
	By       ledger.Dimension // "" = the total alone
	Where    []ledger.Condition
	Top      int // lines; 0 = 5; the others are one line
}

// SeriesAnswer has every bucket of the period, those without a call included.
// In each of them the lines add up to the total.
type SeriesAnswer struct {
	Question SeriesQuestion
	Buckets  []Bucket
	Lines    []SeriesLine // the most expensive first
	Rest     *SeriesLine  // what Top left out; nil when nothing
	Total    SeriesLine
	Notes    []string
}

// SeriesLine is one value of the dimension over time.
type SeriesLine struct {
	Label   string
	Groups  int // how many values the line is of
	Totals  ledger.Totals
	Buckets []ledger.Totals // one for each bucket
}

func (l *SeriesLine) add(bucket int, t ledger.Totals) {
	l.Totals = l.Totals.Add(t)
	l.Buckets[bucket] = l.Buckets[bucket].Add(t)
}

const defaultSeries = 5

// Series asks reader the question.
func Series(ctx context.Context, reader ledger.Reader, q SeriesQuestion) (*SeriesAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	q.Interval = cmp.Or(q.Interval, q.Period.UsualInterval())
	q.Top = cmp.Or(q.Top, defaultSeries)
	a := &SeriesAnswer{Question: q}
	var err error
	if a.Buckets, err = q.Period.Buckets(q.Interval); err != nil {
		return nil, err
	}
	places := make(map[string]int, len(a.Buckets))
	for i := range a.Buckets {
		places[a.Buckets[i].key] = i
	}
	query := q.Period.query(q.Where)
	query.By = []ledger.Dimension{intervals[q.Interval].dimension}
	if q.By != "" {
		query.By = append(query.By, q.By)
	}
	groups, err := Sums(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("calls by %s: %w", phrase(query.By), err)
	}
	expired, err := missing(ctx, reader, query)
	if err != nil {
		return nil, err
	}
	a.Total = a.line("Total", 1)
	lines := map[string]*SeriesLine{}
	for i := range groups {
		key := groups[i].Key
		bucket, ok := places[key[0]]
		if !ok {
			return nil, fmt.Errorf("calls by %s: the ledger answers with %s, which is not in the period", phrase(query.By), key[0])
		}
		a.Total.add(bucket, groups[i].Totals)
		if q.By == "" {
			continue
		}
		line, ok := lines[key[1]]
		if !ok {
			made := a.line(Label(q.By, key[1]), 1)
			line, lines[key[1]] = &made, &made
		}
		line.add(bucket, groups[i].Totals)
	}
	for _, line := range lines {
		a.Lines = append(a.Lines, *line)
	}
	slices.SortFunc(a.Lines, func(a, b SeriesLine) int {
		return cmp.Or(b.Totals.Cost.Cmp(a.Totals.Cost), cmp.Compare(b.Totals.Calls, a.Totals.Calls), cmp.Compare(a.Label, b.Label))
	})
	if len(a.Lines) > q.Top {
		rest := a.line(fmt.Sprintf("(%d others)", len(a.Lines)-q.Top), len(a.Lines)-q.Top)
		for i := range a.Lines[q.Top:] {
			for bucket, t := range a.Lines[q.Top+i].Buckets {
				rest.add(bucket, t)
			}
		}
		a.Lines, a.Rest = a.Lines[:q.Top], &rest
	}
	a.Notes = append(expired.missingNote(), gaps(&a.Total.Totals)...)
	return a, nil
}

func (a *SeriesAnswer) line(label string, groups int) SeriesLine {
	return SeriesLine{Label: label, Groups: groups, Buckets: make([]ledger.Totals, len(a.Buckets))}
}
