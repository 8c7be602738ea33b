package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
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
	found, err := q.ask(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by %s: %w", phrase(query.By), err)
	}
	expired, err := missing(ctx, reader, query)
	if err != nil {
		return nil, err
	}
	a.Total = a.line("Total", 1)
	place := func(g *ledger.Group) (int, error) {
		bucket, ok := places[g.Key[0]]
		if !ok {
			return 0, fmt.Errorf("calls by %s: the ledger answers with %s, which is not in the period", phrase(query.By), g.Key[0])
		}
		return bucket, nil
	}
	lines := map[string]*SeriesLine{}
	for i := range found.lines {
		g := &found.lines[i]
		bucket, err := place(g)
		if err != nil {
			return nil, err
		}
		a.Total.add(bucket, g.Totals)
		if q.By == "" {
			continue
		}
		line, ok := lines[g.Key[1]]
		if !ok {
			made := a.line(Label(q.By, g.Key[1]), 1)
			line, lines[g.Key[1]] = &made, &made
		}
		line.add(bucket, g.Totals)
	}
	for _, line := range lines {
		a.Lines = append(a.Lines, *line)
	}
	rowsort.Func(a.Lines, func(a, b SeriesLine) int {
		return byCost(&a.Totals, &b.Totals, a.Label, b.Label)
	})
	if found.others > 0 {
		rest := a.line(fmt.Sprintf("(%s others)", format.Grouped(int64(found.others))), found.others)
		for i := range found.rest {
			g := &found.rest[i]
			bucket, err := place(g)
			if err != nil {
				return nil, err
			}
			rest.add(bucket, g.Totals)
			a.Total.add(bucket, g.Totals)
		}
		a.Rest = &rest
	}
	a.Notes = append(expired.missingNote(), gaps(&a.Total.Totals, a.Question.Period, a.Question.Where)...)
	return a, nil
}

func (a *SeriesAnswer) line(label string, groups int) SeriesLine {
	return SeriesLine{Label: label, Groups: groups, Buckets: make([]ledger.Totals, len(a.Buckets))}
}

// seriesGroups are the calls of each bucket by the values that are lines, and of all
// other values together.
type seriesGroups struct {
	lines  []ledger.Group
	rest   []ledger.Group // by bucket alone
	others int            // values in rest
}

// ask finds the values that are lines first: a dimension may have thousands, each in
// every bucket.
func (q *SeriesQuestion) ask(ctx context.Context, reader ledger.Reader, query ledger.Query) (found seriesGroups, err error) {
	if q.By != "" {
		all := query
		all.By = []ledger.Dimension{q.By}
		values, err := Sums(ctx, reader, all)
		if err != nil {
			return found, err
		}
		if len(values) > q.Top {
			rowsort.Func(values, func(a, b ledger.Group) int {
				return byCost(&a.Totals, &b.Totals, Label(q.By, a.Key[0]), Label(q.By, b.Key[0]))
			})
			top := ledger.Condition{Dimension: q.By}
			for i := range q.Top {
				top.Values = append(top.Values, values[i].Key[0])
			}
			rest := query
			rest.By = query.By[:1]
			rest.Where = append(slices.Clone(q.Where), ledger.Condition{Dimension: q.By, Values: top.Values, Not: true})
			if found.rest, err = Sums(ctx, reader, rest); err != nil {
				return found, err
			}
			query.Where, found.others = append(slices.Clone(q.Where), top), len(values)-q.Top
		}
	}
	found.lines, err = Sums(ctx, reader, query)
	return found, err
}

// byCost orders by cost, then by calls, the most first, then by name.
func byCost(a, b *ledger.Totals, nameA, nameB string) int {
	return cmp.Or(b.Cost.Cmp(a.Cost), cmp.Compare(b.Calls, a.Calls), cmp.Compare(nameA, nameB))
}
