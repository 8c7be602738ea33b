package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// CacheQuestion asks why calls read nothing from the vendors' caches.
type CacheQuestion struct {
	Period Period
	Where  []ledger.Condition
	Top    int                // calls listed of each cause; 0 = 3
	Prices *pricing.Catalogue // nil = the built-in ones
}

const defaultMissed = 3

// CacheAnswer has a line for each cause that occurs. A call is in one line.
type CacheAnswer struct {
	Question CacheQuestion
	Lines    []CacheLine // in order of ledger.CacheCauses, hits last
	Calls    []MissedCall
	Total    ledger.Totals // of all calls of the period that the ledger has in detail
	Expired  Expired
}

// CacheLine sums one cause.
type CacheLine struct {
	Cause  ledger.CacheCause
	Calls  int64
	Prefix int64 // tokens of the prefixes
	Read   int64 // tokens read from the cache
	// Saving says how much more the prefixes cost as input than as reads from the cache, at
	// list prices. Zero for hits, and for calls that no cache could have served.
	Saving udecimal.Decimal
	NoRate int64 // calls of models without a list price
}

// MissedCall is a call of a line.
type MissedCall struct {
	ledger.MissedCall
	Saving *udecimal.Decimal // nil where it is not known
}

// servable holds the causes of calls that a cache could have served, had things been
// otherwise.
func servable(cause ledger.CacheCause) bool {
	return cause != ledger.CacheHit && cause != ledger.CacheTooShort && cause != ledger.CacheFirstUse
}

// Cache asks reader the question.
func Cache(ctx context.Context, reader ledger.Reader, q CacheQuestion) (*CacheAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	q.Top = min(cmp.Or(q.Top, defaultMissed), maxWastedCalls)
	q.Prices = cmp.Or(q.Prices, pricing.Default())
	all, err := wholeSums(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	where, err := withAliases(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	found, err := reader.CacheMisses(ctx, cacheQuery(q.Period, where, q.Top))
	if err != nil {
		return nil, fmt.Errorf("read the causes of cache misses: %w", err)
	}
	a := &CacheAnswer{Question: q, Total: all.detail.Totals, Expired: all.expired}
	for _, cause := range ledger.CacheCauses {
		l := CacheLine{Cause: cause}
		for i := range found.Groups {
			if found.Groups[i].Cause != cause {
				continue
			}
			if err := l.add(&found.Groups[i], q.Prices); err != nil {
				return nil, err
			}
		}
		if l.Calls > 0 {
			a.Lines = append(a.Lines, l)
		}
		for _, c := range found.Calls {
			if c.Cause == cause {
				call := MissedCall{MissedCall: c}
				if servable(cause) {
					call.Saving = readSaves(q.Prices, c.Provider, c.Model, c.Start.Truncate(24*time.Hour), c.Prefix)
				}
				a.Calls = append(a.Calls, call)
			}
		}
	}
	return a, nil
}

func (l *CacheLine) add(g *ledger.CacheGroup, prices *pricing.Catalogue) error {
	l.Calls += g.Calls
	l.Prefix += g.Prefix
	l.Read += g.Read
	if !servable(l.Cause) {
		return nil
	}
	day, err := time.Parse(time.DateOnly, g.Day)
	if err != nil {
		return fmt.Errorf("causes of cache misses: day %q: %w", g.Day, err)
	}
	if saving := readSaves(prices, g.Provider, g.Model, day, g.Prefix); saving != nil {
		l.Saving = l.Saving.Add(*saving)
	} else {
		l.NoRate += g.Calls
	}
	return nil
}

// Hashed counts the calls that could be compared.
func (a *CacheAnswer) Hashed() (n int64) {
	for i := range a.Lines {
		n += a.Lines[i].Calls
	}
	return n
}

// Saving sums the lines.
func (a *CacheAnswer) Saving() udecimal.Decimal {
	sum := udecimal.Zero
	for i := range a.Lines {
		sum = sum.Add(a.Lines[i].Saving)
	}
	return sum
}

// HitRate is the share of the calls compared that read from the cache.
func (a *CacheAnswer) HitRate() (rate float64, known bool) {
	at := slices.IndexFunc(a.Lines, func(l CacheLine) bool { return l.Cause == ledger.CacheHit })
	switch n := a.Hashed(); {
	case n == 0:
		return 0, false
	case at < 0:
		return 0, true
	default:
		return float64(a.Lines[at].Calls) / float64(n), true
	}
}
