package duckdb

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// missSums sums calls up by cause, model and day, and lists the largest of each cause.
type missSums struct {
	calls  int // listed of each cause
	models vendorModels
	days   map[dayOfModel]map[ledger.CacheCause]*ledger.CacheGroup
	last   dayOfModel
	sums   map[ledger.CacheCause]*ledger.CacheGroup // of last
	listed map[ledger.CacheCause]*largest[missedCall]
}

type dayOfModel struct {
	model int
	day   int64 // since 1970, of UTC
}

// missedCall is a call without the names of its model.
type missedCall struct {
	ledger.MissedCall
	model int
}

func compareMissed(a, b *missedCall) int {
	return cmp.Or(cmp.Compare(b.Prefix, a.Prefix), bytes.Compare(a.TraceID[:], b.TraceID[:]), bytes.Compare(a.SpanID[:], b.SpanID[:]))
}

func (s *missSums) add(cause ledger.CacheCause, c *promptCall, since time.Duration) {
	if at := (dayOfModel{c.model, dayOf(time.Unix(0, c.begun))}); s.sums == nil || s.last != at {
		s.last, s.sums = at, s.days[at]
		if s.sums == nil {
			if s.days == nil {
				s.days = map[dayOfModel]map[ledger.CacheCause]*ledger.CacheGroup{}
			}
			s.sums = map[ledger.CacheCause]*ledger.CacheGroup{}
			s.days[at] = s.sums
		}
	}
	g := s.sums[cause]
	if g == nil {
		g = &ledger.CacheGroup{Cause: cause}
		s.sums[cause] = g
	}
	g.Calls++
	g.Prefix = summed(g.Prefix, c.tokens)
	g.Read = summed(g.Read, c.read)
	if cause == ledger.CacheHit || s.calls == 0 {
		return
	}
	l := s.listed[cause]
	if l == nil {
		if s.listed == nil {
			s.listed = map[ledger.CacheCause]*largest[missedCall]{}
		}
		l = &largest[missedCall]{limit: s.calls, compare: compareMissed}
		s.listed[cause] = l
	}
	if l.full() && c.tokens < l.least().Prefix {
		return
	}
	l.add(missedCall{ledger.MissedCall{
		Cause: cause, TraceID: c.trace, SpanID: spanIDOf(c.span), Start: time.Unix(0, c.begun).UTC(), Prefix: c.tokens, Since: since,
	}, c.model})
}

func (s *missSums) answer() *ledger.CacheMisses {
	m := &ledger.CacheMisses{}
	for at, sums := range s.days {
		for _, g := range sums {
			g.Provider, g.Model, g.Day = s.models.names[at.model].vendor, s.models.names[at.model].model, dayStart(at.day).Format(time.DateOnly)
			m.Groups = append(m.Groups, *g)
		}
	}
	slices.SortFunc(m.Groups, func(a, b ledger.CacheGroup) int {
		return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Day, b.Day))
	})
	for _, cause := range slices.Sorted(slices.Values(ledger.CacheCauses)) {
		if l := s.listed[cause]; l != nil {
			for _, c := range l.all() {
				c.Provider, c.Model = s.models.names[c.model].vendor, s.models.names[c.model].model
				m.Calls = append(m.Calls, c.MissedCall)
			}
		}
	}
	return m
}

// summed adds counts that are not negative; what is larger than an int64 is its largest.
func summed(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
