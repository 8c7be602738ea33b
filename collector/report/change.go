package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// ChangeQuestion asks what changed between two periods, or between two sets of
// calls.
type ChangeQuestion struct {
	Before, After           Period
	WhereBefore, WhereAfter []ledger.Condition // of one side only
	Where                   []ledger.Condition // of both
	By                      []ledger.Dimension // of the movers; none = application
	Top                     int                // movers; 0 = 10
	Latency                 bool               // of both sides too, which takes another reading of the calls
	Prices                  *pricing.Catalogue // that value lengths and cache shares; nil = the built-in ones
}

// ChangeAnswer goes from the earlier cost to the later one: Steps add up to the
// change, to the last digit.
type ChangeAnswer struct {
	Question      ChangeQuestion
	Before, After Stretch
	Steps         []ChangeStep
	Movers        []Mover
	Notes         []string
}

// Change of the cost.
func (a *ChangeAnswer) Change() udecimal.Decimal {
	return a.After.Totals.Cost.Sub(a.Before.Totals.Cost)
}

// ChangeStep is a part of the change and what made it.
type ChangeStep struct {
	Name   string
	Amount udecimal.Decimal
	Text   string
}

// Mover is one group and how its cost changed.
type Mover struct {
	By            []ledger.Dimension
	Labels        []string
	Before, After ledger.Totals
}

// Change of the group's cost.
func (m *Mover) Change() udecimal.Decimal { return m.After.Cost.Sub(m.Before.Cost) }

const defaultMovers = 10

// Change asks reader the question.
func Change(ctx context.Context, reader ledger.Reader, q ChangeQuestion) (*ChangeAnswer, error) {
	reader = named(reader)
	for _, p := range []Period{q.Before, q.After} {
		if err := p.Validate(); err != nil {
			return nil, err
		}
	}
	if len(q.By) == 0 {
		q.By = []ledger.Dimension{ledger.ByApplication}
	}
	q.Top = cmp.Or(q.Top, defaultMovers)
	q.Before = q.Before.On(q.After.ledger)
	a := &ChangeAnswer{Question: q}
	for _, side := range []struct {
		into   *Stretch
		period Period
		where  []ledger.Condition
		name   string
	}{
		{&a.Before, q.Before, q.WhereBefore, "earlier"},
		{&a.After, q.After, q.WhereAfter, "later"},
	} {
		where := append(slices.Clone(q.Where), side.where...)
		read := wholeSums
		if q.Latency {
			read = whole
		}
		all, err := read(ctx, reader, side.period, where)
		if err != nil {
			return nil, err
		}
		*side.into = Stretch{Period: side.period, Totals: all.detail.Totals}
		if q.Latency {
			side.into.Latency = &all.detail.Latency
		}
		notes := all.expired.missingNote()
		if all.expired.Calls > 0 && answeredBySums(nil, where) {
			side.into.Totals, side.into.Latency = all.sums, nil
			notes = all.expired.note("their durations are no longer stored")
		}
		for _, note := range append(notes, gaps(&side.into.Totals, side.period, where)...) {
			a.Notes = append(a.Notes, "In the "+side.name+" period: "+note)
		}
	}
	if before, after := q.Before.Until.Sub(q.Before.From), q.After.Until.Sub(q.After.From); before != after {
		a.Notes = append(a.Notes, fmt.Sprintf("The periods differ in length: %s and %s.", before, after))
	}
	var err error
	if a.Steps, err = a.bridge(ctx, reader, cmp.Or(q.Prices, pricing.Default())); err != nil {
		return nil, err
	}
	a.Movers, err = movers(ctx, reader, q)
	return a, err
}

// movers are the groups whose cost changed most, up or down.
func movers(ctx context.Context, reader ledger.Reader, q ChangeQuestion) ([]Mover, error) {
	sides := []struct {
		period Period
		where  []ledger.Condition
		of     func(*Mover) *ledger.Totals
		groups []ledger.Group
	}{
		{period: q.Before, where: q.WhereBefore, of: func(m *Mover) *ledger.Totals { return &m.Before }},
		{period: q.After, where: q.WhereAfter, of: func(m *Mover) *ledger.Totals { return &m.After }},
	}
	var asks []func() error
	for i := range sides {
		side := &sides[i]
		asks = append(asks, func() (err error) {
			query := side.period.query(append(slices.Clone(q.Where), side.where...))
			query.By = q.By
			side.groups, err = Sums(ctx, reader, query)
			return err
		})
	}
	if err := sideBySide(asks...); err != nil {
		return nil, fmt.Errorf("calls by %s: %w", phrase(q.By), err)
	}
	found := map[string]*Mover{}
	for _, side := range sides {
		for i := range side.groups {
			g := &side.groups[i]
			name := strings.Join(g.Key, "\x00")
			m, ok := found[name]
			if !ok {
				m = &Mover{By: q.By, Labels: labels(q.By, g.Key)}
				found[name] = m
			}
			*side.of(m) = g.Totals
		}
	}
	var sorted []Mover
	for _, m := range found {
		if !m.Change().IsZero() {
			sorted = append(sorted, *m)
		}
	}
	rowsort.Func(sorted, func(a, b Mover) int {
		return cmp.Or(b.Change().Abs().Cmp(a.Change().Abs()), slices.Compare(a.Labels, b.Labels))
	})
	return sorted[:min(q.Top, len(sorted))], nil
}
