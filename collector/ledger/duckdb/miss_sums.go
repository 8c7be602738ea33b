package duckdb

import (
	"bytes"
	"cmp"
	"math"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// missCause is the place of a cause in missCauses.
type missCause int

const (
	missHit missCause = iota
	missTooShort
	missNotWritten
	missGone
	missToolsChanged
	missSystemChanged
	missMessagesChanged
	missPrefixChanged
	missModelChanged
	missExpired
	missFirstUse
)

var missCauses = [...]ledger.CacheCause{
	missHit: ledger.CacheHit, missTooShort: ledger.CacheTooShort, missNotWritten: ledger.CacheNotWritten, missGone: ledger.CacheGone,
	missToolsChanged: ledger.CacheToolsChanged, missSystemChanged: ledger.CacheSystemChanged, missMessagesChanged: ledger.CacheMessagesChanged,
	missPrefixChanged: ledger.CachePrefixChanged, missModelChanged: ledger.CacheModelChanged, missExpired: ledger.CacheExpired,
	missFirstUse: ledger.CacheFirstUse,
}

// missSums sums calls up by cause, model and day, and lists the largest of each cause.
type missSums struct {
	calls  int // listed of each cause
	models vendorModels
	days   modelDays[[len(missCauses)]missSum]
	listed [len(missCauses)]largest[missedCall]
}

type missSum struct{ calls, prefix, read int64 }

// missedCall is a call without the names of its model.
type missedCall struct {
	ledger.MissedCall
	model int
}

func compareMissed(a, b *missedCall) int {
	return cmp.Or(cmp.Compare(b.Prefix, a.Prefix), bytes.Compare(a.TraceID[:], b.TraceID[:]), bytes.Compare(a.SpanID[:], b.SpanID[:]))
}

func (s *missSums) add(cause missCause, c *promptCall, since time.Duration) {
	sum := &s.days.of(c.model, c.begun)[cause]
	sum.calls++
	sum.prefix = summed(sum.prefix, c.tokens)
	sum.read = summed(sum.read, c.read)
	if cause == missHit || s.calls == 0 {
		return
	}
	l := &s.listed[cause]
	l.limit, l.compare = s.calls, compareMissed
	if l.full() && c.tokens < l.least().Prefix {
		return
	}
	l.add(missedCall{ledger.MissedCall{
		Cause: missCauses[cause], TraceID: c.trace, SpanID: spanIDOf(c.span), Start: time.Unix(0, c.begun).UTC(), Prefix: c.tokens, Since: since,
	}, c.model})
}

func (s *missSums) answer() *ledger.CacheMisses {
	m := &ledger.CacheMisses{}
	for at, sums := range s.days.all {
		name, day := s.models.names[at.model], dayStart(at.day).Format(time.DateOnly)
		for cause, sum := range sums {
			if sum.calls > 0 {
				m.Groups = append(m.Groups, ledger.CacheGroup{
					Cause: missCauses[cause], Provider: name.vendor, Model: name.model, Day: day, Calls: sum.calls, Prefix: sum.prefix, Read: sum.read,
				})
			}
		}
	}
	rowsort.Large(m.Groups, func(a, b *ledger.CacheGroup) int {
		return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Day, b.Day))
	})
	for cause := range s.listed {
		for _, c := range s.listed[cause].all() {
			c.Provider, c.Model = s.models.names[c.model].vendor, s.models.names[c.model].model
			m.Calls = append(m.Calls, c.MissedCall)
		}
	}
	rowsort.Large(m.Calls, func(a, b *ledger.MissedCall) int { return cmp.Compare(a.Cause, b.Cause) })
	return m
}

// summed adds counts that are not negative; what is larger than an int64 is its largest.
func summed(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
