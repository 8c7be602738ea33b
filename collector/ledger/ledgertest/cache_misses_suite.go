package ledgertest

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// RandomPrompts is n calls of conversations and runs whose prompts keep or change their
// parts; the same seed gives the same rows.
func RandomPrompts(n int, seed uint64) []ledger.Call {
	calls := RandomCalls(n, seed)
	r := rand.New(rand.NewPCG(seed, 4))
	for i := range calls {
		c := &calls[i]
		c.Start = noon.Add(time.Duration(i)*40*time.Second - 24*time.Hour).Add(time.Duration(r.Int64N(int64(20 * time.Minute))))
		c.Billable = i%17 != 0
		c.ConversationID = []string{"", "c1", "c2", "c3"}[r.IntN(4)]
		c.Agent = []string{"planner", "writer"}[r.IntN(2)]
		c.Usage[usage.CacheRead], c.Usage[usage.CacheWrite] = 0, 0
		if r.IntN(8) == 0 {
			continue
		}
		part := func(n int) string { return fmt.Sprintf("%08d", r.IntN(n)) }
		parts := []string{part(3), part(3), part(2)}
		c.PromptPrefix = strings.Join(parts, "")[:16] + parts[2]
		c.PromptPrefixTokens = 700 + r.Int64N(5000)
		if r.IntN(6) > 0 {
			c.PromptParts = strings.Join(parts, ".")
		}
		switch r.IntN(8) {
		case 0:
			c.Usage[usage.CacheRead] = 100 + r.Int64N(100)
		case 1:
			c.Usage[usage.CacheWrite] = 100
		}
	}
	return calls
}

func cacheMissesEqualPlainGo(t *testing.T, store ledger.Store) {
	calls := RandomPrompts(1500, 41)
	write(t, store, calls...)
	for _, where := range [][]ledger.Condition{nil, {{Dimension: ledger.ByDepartment, Values: []string{"claims", ""}}}} {
		q := ledger.CacheQuery{
			From: noon.Add(-22 * time.Hour), Until: noon.Add(-9 * time.Hour), Where: where, Within: 5 * time.Minute, MinTokens: 1024, Calls: 3,
		}
		want := PlainCacheMisses(calls, q)
		for _, cause := range ledger.CacheCauses {
			if !slices.ContainsFunc(want.Groups, func(g ledger.CacheGroup) bool { return g.Cause == cause }) && where == nil {
				t.Errorf("the rows have no call of cause %s", cause)
			}
		}
		got, err := store.CacheMisses(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, want.Groups, got.Groups)
		equal(t, want.Calls, got.Calls)
	}
}

// PlainCacheMisses answers q for rows in plain Go.
func PlainCacheMisses(rows []ledger.Call, q ledger.CacheQuery) *ledger.CacheMisses {
	calls := slices.DeleteFunc(slices.Clone(rows), func(c ledger.Call) bool {
		return !c.Billable || c.Error || c.PromptPrefix == "" || c.Start.Before(q.From) || !c.Start.Before(q.Until) || !kept(&c, q.Query())
	})
	slices.SortFunc(calls, func(a, b ledger.Call) int {
		return cmp.Or(a.Start.Compare(b.Start), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	same, before := map[[3]string]*ledger.Call{}, map[[3]string]*ledger.Call{}
	groups := map[ledger.CacheGroup]*ledger.CacheGroup{}
	m := &ledger.CacheMisses{}
	for i := range calls {
		c := &calls[i]
		thread := "c" + c.ConversationID
		if c.ConversationID == "" {
			thread = c.TraceID.String()
		}
		byPrefix, byThread := [3]string{c.Provider, c.Model(), c.PromptPrefix}, [3]string{thread, c.Agent, c.Provider}
		last, previous := same[byPrefix], before[byThread]
		same[byPrefix], before[byThread] = c, c
		var since time.Duration
		if last != nil {
			since = c.Start.Sub(last.Start)
		}
		cause := plainCause(c, last, previous, q)
		key := ledger.CacheGroup{Cause: cause, Provider: c.Provider, Model: c.Model(), Day: c.Start.Format(time.DateOnly)}
		g := groups[key]
		if g == nil {
			sum := key
			g = &sum
			groups[key] = g
		}
		g.Calls++
		g.Prefix += c.PromptPrefixTokens
		g.Read += c.Usage[usage.CacheRead]
		if cause != ledger.CacheHit {
			m.Calls = append(m.Calls, ledger.MissedCall{
				Cause: cause, TraceID: c.TraceID, SpanID: c.SpanID, Start: c.Start, Provider: c.Provider, Model: c.Model(), Agent: c.Agent,
				Prefix: c.PromptPrefixTokens, Since: since,
			})
		}
	}
	for _, g := range groups {
		m.Groups = append(m.Groups, *g)
	}
	slices.SortFunc(m.Groups, func(a, b ledger.CacheGroup) int {
		return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Day, b.Day))
	})
	slices.SortFunc(m.Calls, func(a, b ledger.MissedCall) int {
		return cmp.Or(cmp.Compare(a.Cause, b.Cause), cmp.Compare(b.Prefix, a.Prefix),
			slices.Compare(a.TraceID[:], b.TraceID[:]), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	listed := map[ledger.CacheCause]int{}
	m.Calls = slices.DeleteFunc(m.Calls, func(c ledger.MissedCall) bool {
		listed[c.Cause]++
		return listed[c.Cause] > q.Calls
	})
	return m
}

func plainCause(c, last, previous *ledger.Call, q ledger.CacheQuery) ledger.CacheCause {
	switch {
	case c.Usage[usage.CacheRead] > 0:
		return ledger.CacheHit
	case c.PromptPrefixTokens < q.MinTokens:
		return ledger.CacheTooShort
	case last != nil && c.Start.Sub(last.Start) <= q.Within:
		if last.Usage[usage.CacheRead]+last.Usage[usage.CacheWrite] > 0 {
			return ledger.CacheGone
		}
		return ledger.CacheNotWritten
	case previous != nil && previous.PromptPrefix != c.PromptPrefix:
		was, is := strings.Split(previous.PromptParts, "."), strings.Split(c.PromptParts, ".")
		if len(was) < 3 || len(is) < 3 {
			return ledger.CachePrefixChanged
		}
		for i, cause := range []ledger.CacheCause{ledger.CacheToolsChanged, ledger.CacheSystemChanged, ledger.CacheMessagesChanged} {
			if was[i] != is[i] {
				return cause
			}
		}
		return ledger.CachePrefixChanged
	case previous != nil && previous.Model() != c.Model():
		return ledger.CacheModelChanged
	case last != nil:
		return ledger.CacheExpired
	}
	return ledger.CacheFirstUse
}
