package ledgertest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

func prefixes(t *testing.T, store ledger.Store, q ledger.PrefixQuery) []ledger.PrefixUse {
	t.Helper()
	uses, err := store.Prefixes(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return uses
}

func prefixesEqualPlainGo(t *testing.T, store ledger.Store) {
	calls := RandomCalls(3000, 11)
	for i := range calls {
		c := &calls[i]
		c.Billable = i%17 != 0
		if i%5 != 0 {
			c.PromptPrefix = string(rune('a'+i%7)) + "123456789abcdef"
			c.PromptPrefixTokens = int64(500 + i%7*300)
		}
	}
	write(t, store, calls...)
	q := ledger.PrefixQuery{
		From: noon.Add(-24 * time.Hour), Until: noon.Add(2 * time.Hour), Within: 5 * time.Minute, MinTokens: 1024,
		By:    []ledger.Dimension{ledger.ByApplication, ledger.ByModel},
		Where: []ledger.Condition{{Dimension: ledger.ByEnvironment, Values: []string{"staging"}, Not: true}},
	}
	for _, by := range [][]ledger.Dimension{q.By, nil} {
		q.By = by
		want := plainPrefixes(calls, q)
		if len(by) > 0 && !slices.ContainsFunc(want, func(u ledger.PrefixUse) bool { return u.Again > 0 && u.Again < u.Long }) {
			t.Fatal("the rows hold nothing to count")
		}
		equal(t, want, prefixes(t, store, q))
	}
}

// plainPrefixes answers q for rows as prefixesEqualPlainGo asks it.
func plainPrefixes(calls []ledger.Call, q ledger.PrefixQuery) []ledger.PrefixUse {
	calls = slices.Clone(calls)
	slices.SortFunc(calls, func(a, b ledger.Call) int {
		return cmp.Or(a.Start.Compare(b.Start), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	type prefix struct{ application, model, hash string }
	uses, last := map[prefix]*ledger.PrefixUse{}, map[prefix]time.Time{}
	seen := map[prefix]bool{}
	for _, c := range calls {
		if !c.Billable || c.Error || c.PromptPrefix == "" || c.Environment == "staging" || c.Start.Before(q.From) || !c.Start.Before(q.Until) {
			continue
		}
		var key prefix
		keys := []string{}
		if len(q.By) > 0 {
			key = prefix{application: c.Application, model: c.Model()}
			keys = []string{c.Application, c.Model()}
		}
		u := uses[key]
		if u == nil {
			u = &ledger.PrefixUse{Key: keys}
			uses[key] = u
		}
		u.Calls++
		key.hash = c.PromptPrefix
		before, known := last[key]
		last[key] = c.Start
		if c.PromptPrefixTokens < q.MinTokens {
			continue
		}
		u.Long++
		u.Tokens += c.PromptPrefixTokens
		if !seen[key] {
			u.Prefixes++
			seen[key] = true
		}
		if known && c.Start.Sub(before) <= q.Within {
			u.Again++
			u.AgainTokens += c.PromptPrefixTokens
		}
	}
	var list []ledger.PrefixUse
	for _, u := range uses {
		list = append(list, *u)
	}
	slices.SortFunc(list, func(a, b ledger.PrefixUse) int { return slices.Compare(a.Key, b.Key) })
	return list
}

func prefixesWithin(t *testing.T, store ledger.Store) {
	var calls []ledger.Call
	for i, after := range []time.Duration{0, time.Minute, time.Minute + time.Nanosecond, 0} {
		c := call(uint64(i), uint64(i+1))
		if i > 0 {
			c.Start = calls[i-1].Start.Add(after)
		}
		c.PromptPrefix, c.PromptPrefixTokens = "0123456789abcdef", 2000
		calls = append(calls, c)
	}
	write(t, store, calls...)
	write(t, store, calls...) // delivered again: no repetition
	equal(t, []ledger.PrefixUse{{Key: []string{}, Calls: 4, Long: 4, Prefixes: 1, Again: 2, Tokens: 8000, AgainTokens: 4000}},
		prefixes(t, store, ledger.PrefixQuery{Within: time.Minute, MinTokens: 2000}))
	equal(t, []ledger.PrefixUse{{Key: []string{}, Calls: 4}}, prefixes(t, store, ledger.PrefixQuery{Within: time.Minute, MinTokens: 2001}))
}
