package ledgertest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// newestOfAPeriod lists the newest runs, calls and conversations of a long period, page by
// page: a store may look at the end of the period first.
func newestOfAPeriod(t *testing.T, store ledger.Store) {
	r := rand.New(rand.NewPCG(61, 62))
	var calls []ledger.Call
	add := func(n uint64, ago time.Duration) {
		c := call(n, uint64(len(calls)+1))
		c.Start, c.Error, c.User = noon.Add(-ago), r.IntN(4) == 0, []string{"u-1", "u-2"}[r.IntN(2)]
		c.ConversationID = fmt.Sprintf("conv-%d", n/3)
		calls = append(calls, c)
	}
	for n := range uint64(120) {
		ago := time.Duration(r.Int64N(int64(20 * 24 * time.Hour)))
		if n < 10 {
			ago = time.Duration(r.Int64N(int64(2 * time.Hour)))
		}
		for range 1 + r.IntN(3) {
			add(n, ago)
			ago -= min(ago, time.Duration(r.Int64N(int64(3*time.Hour))))
		}
	}
	// Runs that last for days are listed by their start.
	add(500, 9*24*time.Hour)
	add(500, 10*time.Minute)
	add(501, 3*24*time.Hour)
	add(501, time.Second)
	write(t, store, calls...)

	period := ledger.TraceQuery{From: noon.AddDate(0, 0, -40), Until: noon.Add(time.Minute)}
	starts := map[ledger.TraceID]time.Time{}
	for i := range calls {
		if first, known := starts[calls[i].TraceID]; !known || calls[i].Start.Before(first) {
			starts[calls[i].TraceID] = calls[i].Start
		}
	}
	all := period
	all.Limit = 1000
	whole := summaries(t, store, all)
	equal(t, len(starts), len(whole))
	for i := range whole {
		equal(t, starts[whole[i].ID], whole[i].Start)
		if i > 0 && whole[i].Start.After(whole[i-1].Start) {
			t.Errorf("run %d is newer than the one before", i)
		}
	}
	for _, page := range []struct{ limit, offset int }{{1, 0}, {3, 0}, {5, 4}, {20, 0}, {40, 50}, {50, 100}} {
		q := period
		q.Limit, q.Offset = page.limit, page.offset
		from := min(page.offset, len(whole))
		equal(t, whole[from:min(page.offset+page.limit, len(whole))], summaries(t, store, q))
		q.User, q.Errors = "u-1", true
		one := all
		one.User, one.Errors = q.User, q.Errors
		some := summaries(t, store, one)
		from = min(page.offset, len(some))
		equal(t, len(some[from:min(page.offset+page.limit, len(some))]), len(summaries(t, store, q)))
	}

	slices.SortFunc(calls, func(a, b ledger.Call) int {
		return cmp.Or(b.Start.Compare(a.Start), slices.Compare(a.TraceID[:], b.TraceID[:]), slices.Compare(a.SpanID[:], b.SpanID[:]))
	})
	for _, page := range []struct{ limit, offset int }{{1, 0}, {7, 3}, {60, 0}, {500, 20}} {
		found := callList(t, store, ledger.CallQuery{From: period.From, Until: period.Until, Limit: page.limit, Offset: page.offset})
		equal(t, spansOf(calls[page.offset:min(page.offset+page.limit, len(calls))]), spansOf(found))
	}

	last := map[string]time.Time{}
	for i := range calls {
		if c := &calls[i]; c.Start.After(last[c.ConversationID]) {
			last[c.ConversationID] = c.Start
		}
	}
	talks := conversations(t, store, ledger.CallQuery{From: period.From, Until: period.Until, Limit: 1000})
	equal(t, len(last), len(talks))
	for i := range talks {
		equal(t, last[talks[i].ID], talks[i].Last)
		if i > 0 && talks[i].Last.After(talks[i-1].Last) {
			t.Errorf("conversation %d is newer than the one before", i)
		}
	}
	for _, page := range []struct{ limit, offset int }{{1, 0}, {3, 2}, {12, 0}, {30, 20}} {
		found := conversations(t, store, ledger.CallQuery{From: period.From, Until: period.Until, Limit: page.limit, Offset: page.offset})
		equal(t, talks[page.offset:min(page.offset+page.limit, len(talks))], found)
	}
}
