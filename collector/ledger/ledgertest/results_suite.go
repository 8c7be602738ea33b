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

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// result is a small valid evaluation.
func result(name string, at time.Time) ledger.Result {
	r := ledger.Result{
		Kind: ledger.ResultEvaluation, Name: name, Time: at, TraceID: trace(1), SpanID: span(1), Label: "pass",
		Received: noon.Truncate(time.Microsecond).Add(time.Minute),
	}
	r.Identify("")
	return r
}

func fullResult() ledger.Result {
	return ledger.Result{
		ID: ledger.ResultID(trace(1 << 63)), Kind: ledger.ResultEvaluation, Name: "answer relevance", Time: noon,
		TraceID: trace(1), SpanID: span(1 << 63), ResponseID: "msg_01", Agent: "triage", ConversationID: "conv-1",
		TagKey: "ключ", TagValue: "значение", User: "u-4711", Value: money("-0.333333333333333333"), Label: "Pass", Accepted: true,
		ErrorType: "timeout", Received: noon.Truncate(time.Microsecond).Add(time.Minute),
	}
}

func writeResults(t *testing.T, store ledger.Store, results ...ledger.Result) {
	t.Helper()
	if err := store.WriteResults(context.Background(), results); err != nil {
		t.Fatal(err)
	}
}

// allResults are those of the suite's dates, by name.
func allResults(t *testing.T, store ledger.Store) []ledger.Result {
	t.Helper()
	found, err := store.ResultsBetween(context.Background(), noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(found, func(a, b ledger.Result) int { return cmp.Or(cmp.Compare(a.Name, b.Name), a.Time.Compare(b.Time)) })
	return found
}

func resultFieldsAreKept(t *testing.T, store ledger.Store) {
	writeResults(t, store)
	bare := ledger.Result{Kind: ledger.ResultOutcome, Name: "bare", Time: noon, TagKey: "a", TagValue: "b", Received: noon.Truncate(time.Microsecond)}
	bare.Identify("")
	writeResults(t, store, fullResult(), bare)
	equal(t, []ledger.Result{fullResult(), bare}, allResults(t, store))

	nameless, large := result("", noon), result("large", noon)
	large.Value = money("1000000001")
	for _, r := range []ledger.Result{nameless, large} {
		if err := store.WriteResults(context.Background(), []ledger.Result{r}); err == nil {
			t.Errorf("%+v: want an error", r)
		}
	}
}

func resultsAreOnce(t *testing.T, store ledger.Store) {
	first, again := result("relevance", noon), result("relevance", noon.Add(time.Second))
	writeResults(t, store, first, first)
	writeResults(t, store, first)
	equal(t, []ledger.Result{first}, allResults(t, store))
	writeResults(t, store, again)
	equal(t, []ledger.Result{first, again}, allResults(t, store))

	// An outcome that is stated again, another month, replaces itself, whichever comes first.
	outcome := func(at time.Time, accepted bool) ledger.Result {
		r := ledger.Result{Kind: ledger.ResultOutcome, Name: "resolved", Time: at, ConversationID: "conv-1", Accepted: accepted, Received: first.Received}
		r.Identify("")
		return r
	}
	last := outcome(noon.AddDate(0, 2, 0), false)
	for _, r := range []ledger.Result{outcome(noon, true), last, outcome(noon.AddDate(0, 1, 0), true)} {
		writeResults(t, store, r)
	}
	equal(t, []ledger.Result{first, again, last}, allResults(t, store))
	other := last
	other.Identify("ticket-2")
	elsewhere := other // ids are those of one conversation: another may use them too
	elsewhere.ConversationID = "conv-2"
	elsewhere.Identify("ticket-2")
	writeResults(t, store, other, elsewhere, other)
	equal(t, 5, len(allResults(t, store)))
}

func resultExpiry(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	now := time.Now().UTC().Truncate(time.Microsecond)
	old, recent := result("old", now.AddDate(0, 0, -10)), result("recent", now.AddDate(0, 0, -1))
	writeResults(t, store, old, recent)
	kept := Forever
	for _, step := range []struct{ days, want int }{{20, 2}, {4, 1}} {
		kept.DetailDays = step.days
		if err := store.SetRetention(ctx, kept); err != nil {
			t.Fatal(err)
		}
		if err := store.Expire(ctx); err != nil {
			t.Fatal(err)
		}
		found, err := store.ResultsBetween(ctx, old.Time, now)
		if err != nil || len(found) != step.want {
			t.Errorf("%d days: %d results, expected %d: %v", step.days, len(found), step.want, err)
		}
	}
}

func forgottenResults(t *testing.T, store ledger.Store) {
	c, other := call(1, 1), call(2, 2)
	c.User, c.ConversationID = "u-1", "conv-1"
	other.User, other.ConversationID = "u-2", "conv-2"
	write(t, store, c, other)
	outcome := func(name, user, conversation string) ledger.Result {
		r := ledger.Result{Kind: ledger.ResultOutcome, Name: name, Time: noon, User: user, ConversationID: conversation, Accepted: true, Received: c.Received}
		r.Identify("")
		return r
	}
	rows := []ledger.Result{outcome("a", "", "conv-1"), outcome("b", "u-1", "conv-3"), outcome("c", "u-2", "conv-2")}
	writeResults(t, store, rows...)
	if _, err := store.Forget(context.Background(), "u-1"); err != nil {
		t.Fatal(err)
	}
	late := outcome("d", "u-1", "conv-4")
	writeResults(t, store, late)
	rows = append(rows, late)
	rows[0].ConversationID = ""
	for _, i := range []int{1, 3} {
		rows[i].User, rows[i].ConversationID = ledger.Forgotten, ""
	}
	equal(t, rows, allResults(t, store))
}

// RandomResults is n evaluations and outcomes of calls, in every way that a result can
// be about calls; the same seed gives the same results.
func RandomResults(calls []ledger.Call, n int, seed uint64) []ledger.Result {
	r := rand.New(rand.NewPCG(seed, 3))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	results := make([]ledger.Result, n)
	for i := range results {
		c := &calls[r.IntN(len(calls))]
		e := ledger.Result{
			Kind: ledger.ResultEvaluation, Name: pick("relevance", "tone"), Time: c.Start.Add(time.Duration(r.Int64N(int64(120 * 24 * time.Hour)))).Add(-2 * time.Hour),
			Received: c.Received, Label: pick("", "", "Pass", "fail", "FAILED", "relevant", "7 of 10"),
		}
		if r.IntN(3) > 0 {
			e.Value = money(fmt.Sprintf("%d.%018d", r.IntN(2), r.Int64N(1e18)))
		}
		if r.IntN(20) == 0 {
			e.ErrorType = "timeout"
		}
		if r.IntN(3) == 0 {
			e.Kind, e.Name, e.Label, e.Accepted = ledger.ResultOutcome, pick("resolved", "sold"), "", r.IntN(3) > 0
			e.ErrorType = ""
		}
		switch about := r.IntN(8); {
		case about == 0:
			e.ResponseID = c.ResponseID
			e.TraceID = trace(r.Uint64N(1 << 20))
		case about == 1:
			e.TraceID, e.SpanID, e.ResponseID = c.TraceID, c.SpanID, pick("", "unknown")
		case about == 2:
			e.TraceID, e.SpanID, e.Agent = c.TraceID, span(1<<50|uint64(i)), c.Agent
		case about == 3 || about == 4:
			e.TraceID, e.Agent = c.TraceID, pick("", "nobody")
		case about == 5:
			e.ConversationID = c.ConversationID
		case about == 6 && e.Kind == ledger.ResultOutcome:
			e.TagKey, e.TagValue = "project", pick("apollo", "gemini")
		default:
			e.TraceID = trace(1<<30 | uint64(i))
		}
		if e.TraceID.IsZero() && e.ConversationID == "" && e.TagKey == "" {
			e.TagKey, e.TagValue = "other", "x"
		}
		e.Identify("")
		results[i] = e
	}
	return results
}

func resultsEqualPlainGo(t *testing.T, store ledger.Store) {
	calls := RandomCalls(300, 51)
	for i := range calls {
		calls[i].Billable = i%19 != 0
		if i%3 > 0 {
			calls[i].ResponseID = fmt.Sprintf("resp-%d", i/2) // some twice
		}
	}
	results := RandomResults(calls, 400, 52)
	write(t, store, calls...)
	for chunk := range slices.Chunk(results, 70) { // late, and in no order
		writeResults(t, store, chunk...)
	}
	writeResults(t, store, results[:50]...)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	from, until := noon.Add(-40*time.Hour), noon.Add(8*time.Hour)
	for name, q := range map[string]ledger.ResultQuery{
		"all":            {},
		"a period":       {From: from, Until: until, By: []ledger.Dimension{ledger.ByModel}},
		"a name":         {Name: "relevance", By: []ledger.Dimension{ledger.ByAgent, ledger.ByPromptVersion}},
		"days of a zone": {From: from, Until: until, Zone: berlin, By: []ledger.Dimension{ledger.ByDay}},
		"a tag":          {By: []ledger.Dimension{"tag:project", ledger.ByStatus}},
		"a score":        {PassFrom: money("0.5"), By: []ledger.Dimension{ledger.ByProvider}},
		"conditions": {
			From: from, Until: until, By: []ledger.Dimension{ledger.ByUser},
			Where: []ledger.Condition{{Dimension: ledger.ByEnvironment, Values: []string{"staging"}, Not: true}, {Dimension: ledger.ByModel, Values: []string{"gpt-5", "gpt-5-2025-08-07"}}},
		},
		"another name of a model": {By: []ledger.Dimension{ledger.ByModel}, ModelAliases: map[string]string{"gpt-5": "gpt-5-2025-08-07"}},
	} {
		for _, kind := range []ledger.ResultKind{ledger.ResultEvaluation, ledger.ResultOutcome} {
			q.Kind = kind
			want := PlainResults(calls, results, q)
			if len(want) < 2 && q.Name == "" {
				t.Fatalf("%s: %d groups", name, len(want))
			}
			got, err := store.Results(context.Background(), q)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			t.Run(name+", "+string(kind), func(t *testing.T) { equal(t, want, got) })
		}
	}
	if _, err := store.Results(context.Background(), ledger.ResultQuery{Kind: "rumour"}); err == nil {
		t.Error("a kind that there is not: want an error")
	}
}

// PlainResults answers q for rows in plain Go.
func PlainResults(calls []ledger.Call, results []ledger.Result, q ledger.ResultQuery) []ledger.ResultGroup {
	latest := map[ledger.ResultID]ledger.Result{}
	for _, r := range results {
		if known, ok := latest[r.ID]; !ok || !r.Time.Before(known.Time) {
			latest[r.ID] = r
		}
	}
	groups := map[string]*ledger.ResultGroup{}
	counted := map[string]bool{}
	for _, r := range latest {
		if r.Kind != q.Kind || q.Name != "" && r.Name != q.Name {
			continue
		}
		about := aboutOf(calls, &r)
		begun, wanted := r.Time, len(q.Where) == 0
		for i, c := range about {
			if i == 0 || c.Start.Before(begun) {
				begun = c.Start
			}
			wanted = wanted || kept(c, q.Query())
		}
		if !wanted || begun.Before(q.From) || !q.Until.IsZero() && !begun.Before(q.Until) {
			continue
		}
		key := make([]string, len(q.By))
		for k, d := range q.By {
			for i, c := range about {
				v := value(c, d, q.Zone)
				if alias, ok := q.ModelAliases[v]; ok && d == ledger.ByModel {
					v = alias
				}
				switch {
				case i == 0:
					key[k] = v
				case key[k] != v:
					key[k] = ledger.Several
				}
				if key[k] == ledger.Several {
					break
				}
			}
		}
		name := r.Name + "\x00" + strings.Join(key, "\x00")
		g := groups[name]
		if g == nil {
			g = &ledger.ResultGroup{Key: key, Name: r.Name}
			groups[name] = g
		}
		g.Results++
		passed, judged := r.Accepted, true
		if q.Kind == ledger.ResultEvaluation {
			passed, judged = r.Passed(q.PassFrom)
			if r.ErrorType != "" && r.Value == nil && r.Label == "" {
				g.Errors++
			}
		}
		if len(about) == 0 {
			g.Unknown++
		}
		worth := udecimal.Zero
		if r.Value != nil {
			worth = *r.Value
			g.Valued++
		}
		g.Value = g.Value.Add(worth)
		if !judged {
			continue
		}
		g.Judged++
		if passed {
			g.Passed++
			g.PassedValue = g.PassedValue.Add(worth)
		}
		for _, c := range about {
			once := name + string(c.TraceID[:]) + string(c.SpanID[:])
			if counted[once] {
				continue
			}
			counted[once] = true
			g.Calls++
			if c.Cost.Amount == nil {
				g.Unpriced++
				continue
			}
			g.Cost = g.Cost.Add(*c.Cost.Amount)
		}
	}
	sums := make([]ledger.ResultGroup, 0, len(groups))
	for _, g := range groups {
		sums = append(sums, *g)
	}
	slices.SortFunc(sums, func(a, b ledger.ResultGroup) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Key, b.Key))
	})
	return sums
}

// aboutOf lists the calls that a result is about.
func aboutOf(calls []ledger.Call, r *ledger.Result) []*ledger.Call {
	which := func(meets func(*ledger.Call) bool) (about []*ledger.Call) {
		for i := range calls {
			c := &calls[i]
			before := r.Time.Sub(c.Start)
			if c.Billable && before <= ledger.ResultReach && before >= -24*time.Hour && meets(c) {
				about = append(about, c)
			}
		}
		return about
	}
	ofTrace := func(c *ledger.Call) bool {
		return r.ResponseID == "" && c.TraceID == r.TraceID && c.Purpose != semconv.PurposeJudge
	}
	for _, meets := range []func(*ledger.Call) bool{
		func(c *ledger.Call) bool { return r.ResponseID != "" && c.ResponseID == r.ResponseID },
		func(c *ledger.Call) bool { return c.TraceID == r.TraceID && c.SpanID == r.SpanID },
		func(c *ledger.Call) bool { return ofTrace(c) && r.Agent != "" && c.Agent == r.Agent },
		ofTrace,
		func(c *ledger.Call) bool { return r.ConversationID != "" && c.ConversationID == r.ConversationID },
		func(c *ledger.Call) bool {
			return r.Kind == ledger.ResultOutcome && r.TagKey != "" && c.Tags[r.TagKey] == r.TagValue && r.TagValue != ""
		},
	} {
		if about := which(meets); len(about) > 0 {
			return about
		}
	}
	return nil
}
