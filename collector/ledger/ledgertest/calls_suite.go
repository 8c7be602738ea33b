package ledgertest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func callList(t *testing.T, store ledger.Store, q ledger.CallQuery) []ledger.Call {
	t.Helper()
	found, err := store.CallList(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func conversations(t *testing.T, store ledger.Store, q ledger.CallQuery) []ledger.Conversation {
	t.Helper()
	found, err := store.Conversations(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func spansOf(calls []ledger.Call) []ledger.SpanID {
	ids := make([]ledger.SpanID, len(calls))
	for i := range calls {
		ids[i] = calls[i].SpanID
	}
	return ids
}

// costOf orders calls without a price after all others.
func costOf(c *ledger.Call) udecimal.Decimal {
	if c.Cost.Amount == nil {
		return udecimal.MustFromInt64(-1, 0)
	}
	return *c.Cost.Amount
}

func callsEqualPlainGo(t *testing.T, store ledger.Store) {
	rows := RandomCalls(700, 21)
	for i := range rows {
		rows[i].Billable = i%19 != 0
	}
	write(t, store, rows...)
	least := udecimal.MustParse("1.5")
	orders := map[ledger.TraceOrder]func(a, b *ledger.Call) int{
		ledger.NewestFirst:  func(a, b *ledger.Call) int { return b.Start.Compare(a.Start) },
		ledger.SlowestFirst: func(a, b *ledger.Call) int { return cmp.Compare(b.Duration, a.Duration) },
		ledger.DearestFirst: func(a, b *ledger.Call) int { return costOf(b).Cmp(costOf(a)) },
		"":                  func(a, b *ledger.Call) int { return b.Start.Compare(a.Start) },
		"oldest":            func(a, b *ledger.Call) int { return a.Start.Compare(b.Start) },
	}
	for name, keep := range map[string]struct {
		query ledger.CallQuery
		of    func(*ledger.Call) bool
	}{
		"all":                          {ledger.CallQuery{}, func(*ledger.Call) bool { return true }},
		"errors":                       {ledger.CallQuery{Errors: true}, func(c *ledger.Call) bool { return c.Error }},
		"cost":                         {ledger.CallQuery{MinCost: &least}, func(c *ledger.Call) bool { return !costOf(c).LessThan(least) }},
		"trace":                        {ledger.CallQuery{Trace: rows[7].TraceID}, func(c *ledger.Call) bool { return c.TraceID == rows[7].TraceID }},
		"span":                         {ledger.CallQuery{Span: rows[7].SpanID}, func(c *ledger.Call) bool { return c.SpanID == rows[7].SpanID }},
		"all, the ones not billed too": {ledger.CallQuery{Unbilled: true}, func(*ledger.Call) bool { return true }},
		"period": {ledger.CallQuery{From: noon.Add(-time.Hour), Until: noon.Add(time.Hour)}, func(c *ledger.Call) bool {
			return !c.Start.Before(noon.Add(-time.Hour)) && c.Start.Before(noon.Add(time.Hour))
		}},
		"condition": {ledger.CallQuery{Where: []ledger.Condition{{Dimension: ledger.ByDepartment, Values: []string{"claims"}}, {Dimension: ledger.ByConversation, Values: []string{""}, Not: true}}},
			func(c *ledger.Call) bool { return c.Department == "claims" && c.ConversationID != "" }},
	} {
		for order, compare := range orders {
			var want []ledger.Call
			for i := range rows {
				if (rows[i].Billable || keep.query.Unbilled) && keep.of(&rows[i]) {
					want = append(want, rows[i])
				}
			}
			slices.SortFunc(want, func(a, b ledger.Call) int {
				return cmp.Or(compare(&a, &b), slices.Compare(a.TraceID[:], b.TraceID[:]), slices.Compare(a.SpanID[:], b.SpanID[:]))
			})
			q := keep.query
			if q.Order = order; order == "oldest" {
				q.Order, q.Oldest = "", true
			}
			t.Run(name+" "+string(order), func(t *testing.T) {
				equal(t, spansOf(want[:min(ledger.DefaultCalls, len(want))]), spansOf(callList(t, store, q)))
				q.Limit, q.Offset = 7, 3
				equal(t, spansOf(want[min(3, len(want)):min(10, len(want))]), spansOf(callList(t, store, q)))
			})
		}
	}
	whole := callList(t, store, ledger.CallQuery{Trace: rows[8].TraceID, Oldest: true, Limit: 1})
	for i := range rows {
		if rows[i].SpanID == whole[0].SpanID {
			equal(t, rows[i], whole[0])
		}
	}
}

func conversationsEqualPlainGo(t *testing.T, store ledger.Store) {
	rows := RandomCalls(500, 22)
	for i := range rows {
		rows[i].Billable = i%19 != 0
	}
	write(t, store, rows...)
	turns := map[string][]ledger.Call{}
	for i := range rows {
		if c := rows[i]; c.Billable && c.ConversationID != "" {
			turns[c.ConversationID] = append(turns[c.ConversationID], c)
		}
	}
	var want []ledger.Conversation
	for id, calls := range turns {
		slices.SortFunc(calls, func(a, b ledger.Call) int {
			return cmp.Or(a.Start.Compare(b.Start), slices.Compare(a.SpanID[:], b.SpanID[:]))
		})
		last := &calls[len(calls)-1]
		c := ledger.Conversation{
			ID: id, Start: calls[0].Start, Last: last.Start,
			Totals: model(calls).aggregate(ledger.Query{})[0].Totals,
		}
		runs, begun := map[ledger.TraceID]bool{}, false
		for i := range calls {
			runs[calls[i].TraceID] = true
			if input := calls[i].Usage[usage.Input]; ledger.HasContext(calls[i].Operation) {
				if !begun {
					c.FirstInput, begun = input, true
				}
				c.LastInput, c.MaxInput = input, max(c.MaxInput, input)
			}
			c.User, c.Application = cmp.Or(c.User, calls[i].User), cmp.Or(c.Application, calls[i].Application)
		}
		c.Runs = int64(len(runs))
		want = append(want, c)
	}
	slices.SortFunc(want, func(a, b ledger.Conversation) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.ID, b.ID)) })
	equal(t, want, conversations(t, store, ledger.CallQuery{}))
	equal(t, want[1:], conversations(t, store, ledger.CallQuery{Offset: 1, Limit: 9}))
	slices.SortFunc(want, func(a, b ledger.Conversation) int {
		return cmp.Or(b.Totals.Cost.Cmp(a.Totals.Cost), cmp.Compare(a.ID, b.ID))
	})
	equal(t, want, conversations(t, store, ledger.CallQuery{Order: ledger.DearestFirst}))
	none := ledger.CallQuery{Where: []ledger.Condition{{Dimension: ledger.ByConversation, Values: []string{"conv-9"}}}}
	equal(t, nil, conversations(t, store, none))
}

func tracesByConditions(t *testing.T, store ledger.Store) {
	batch := runs()
	batch.Calls[0].Department = "claims"
	batch.Calls[0].RequestModel, batch.Calls[0].ResponseModel = "o3", ""
	batch.Calls[1].Department = "claims"
	writeBatch(t, store, batch)
	least := amount("0.4")
	claims := ledger.Condition{Dimension: ledger.ByDepartment, Values: []string{"claims"}}
	o3 := ledger.Condition{Dimension: ledger.ByModel, Values: []string{"o3"}}
	for _, test := range []struct {
		query ledger.TraceQuery
		want  []ledger.TraceID
	}{
		{ledger.TraceQuery{Where: []ledger.Condition{claims}}, []ledger.TraceID{trace(2), trace(1)}},
		{ledger.TraceQuery{Where: []ledger.Condition{claims, o3}}, []ledger.TraceID{trace(1)}},
		{ledger.TraceQuery{Where: []ledger.Condition{claims}, User: "u-2", Agent: "writer"}, []ledger.TraceID{trace(2)}},
		{ledger.TraceQuery{Errors: true}, []ledger.TraceID{trace(3)}},
		{ledger.TraceQuery{MinCost: &least}, []ledger.TraceID{trace(2), trace(1)}},
		{ledger.TraceQuery{MinCost: &least, Order: ledger.SlowestFirst, Where: []ledger.Condition{claims}}, []ledger.TraceID{trace(1), trace(2)}},
		{ledger.TraceQuery{Offset: 1}, []ledger.TraceID{trace(2), trace(1)}},
		{ledger.TraceQuery{Offset: 1, Limit: 1, Order: ledger.DearestFirst}, []ledger.TraceID{trace(1)}},
		{ledger.TraceQuery{Where: []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{"') OR true --"}}}}, nil},
	} {
		equal(t, test.want, idsOf(summaries(t, store, test.query)))
	}
}
