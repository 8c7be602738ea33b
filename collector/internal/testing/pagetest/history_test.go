package pagetest

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// history repeats the runs in a ledger on the days before, with what came of them, a part
// of them each day and fewer the longer ago, so that there is something to compare with.
// The drafts of a user's day are one conversation.
func history(t testing.TB, dsn string, days int) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	now := time.Now().UTC()
	runs, err := store.Traces(t.Context(), ledger.TraceQuery{From: now.Add(-time.Hour), Until: now.Add(time.Hour), Limit: 1000})
	require.NoError(t, err)
	require.NotEmpty(t, runs)
	slices.SortFunc(runs, func(a, b ledger.TraceSummary) int { return a.Start.Compare(b.Start) })
	traces := make([]*ledger.Trace, len(runs))
	for i, run := range runs {
		traces[i], err = store.Trace(t.Context(), run.ID)
		require.NoError(t, err)
	}
	results, err := store.ResultsBetween(t.Context(), now.Add(-time.Hour), now.Add(time.Hour))
	require.NoError(t, err)
	chance := rand.New(rand.NewPCG(1, 1))
	for day := range days + 1 {
		share := 0.9 - 0.015*float64(day)
		if weekday := now.AddDate(0, 0, -day).Weekday(); weekday == time.Saturday || weekday == time.Sunday {
			share /= 3
		}
		var batch ledger.Batch
		var came []ledger.Result
		for i, run := range runs {
			// The day's share of the runs, over its working hours.
			at := now.AddDate(0, 0, -day).Truncate(24 * time.Hour).Add(8*time.Hour + time.Duration(i)*10*time.Hour/time.Duration(len(runs)))
			if at.After(now) || chance.Float64() > share {
				continue
			}
			id := repeat(&batch, traces[i], at.Sub(run.Start), uint64(day*len(runs)+i+1))
			for _, r := range results {
				if r.TraceID == run.ID {
					r.TraceID, r.ResponseID, r.Time, r.Received = id, "", r.Time.Add(at.Sub(run.Start)), r.Received.Add(at.Sub(run.Start))
					r.Identify("")
					came = append(came, r)
				}
			}
		}
		require.NoError(t, store.Write(t.Context(), batch))
		require.NoError(t, store.WriteResults(t.Context(), came))
	}
}

// rise repeats the most expensive run of a user many times yesterday, and returns
// the user.
func rise(t testing.TB, dsn string) (user string) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	yesterday := time.Now().UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	runs, err := store.Traces(t.Context(), ledger.TraceQuery{From: yesterday, Until: yesterday.Add(24 * time.Hour), Order: ledger.DearestFirst, Limit: 100})
	require.NoError(t, err)
	named := slices.IndexFunc(runs, func(r ledger.TraceSummary) bool { return r.User != "" })
	require.GreaterOrEqual(t, named, 0)
	run := runs[named]
	trace, err := store.Trace(t.Context(), run.ID)
	require.NoError(t, err)
	var batch ledger.Batch
	for i := range 40 {
		repeat(&batch, trace, yesterday.Add(10*time.Hour+time.Duration(i)*time.Minute).Sub(run.Start), 1<<50+uint64(i))
	}
	require.NoError(t, store.Write(t.Context(), batch))
	return run.User
}

// longRun adds a run of n calls below the root of another one, an hour before it.
func longRun(t testing.TB, dsn string, n int) (id string) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	runs, err := store.Traces(t.Context(), ledger.TraceQuery{From: time.Now().Add(-time.Hour), Until: time.Now(), Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, runs)
	trace, err := store.Trace(t.Context(), runs[0].ID)
	require.NoError(t, err)
	var batch ledger.Batch
	repeat(&batch, trace, -time.Hour, 1<<40)
	root := slices.MinFunc(batch.Spans, func(a, b ledger.AgentSpan) int { return a.Start.Compare(b.Start) })
	calls := slices.DeleteFunc(batch.Calls, func(c ledger.Call) bool { return !c.Billable })
	batch = ledger.Batch{Spans: []ledger.AgentSpan{root}}
	for i := range n {
		call := calls[i%len(calls)]
		call.SpanID, call.ParentSpanID = ledger.SpanID{1}, root.SpanID
		binary.BigEndian.PutUint32(call.SpanID[4:], uint32(i))
		call.Start, call.Duration = root.Start.Add(time.Duration(i)*time.Millisecond), 5*time.Millisecond
		call.ResponseID = ""
		batch.Calls = append(batch.Calls, call)
	}
	require.NoError(t, store.Write(t.Context(), batch))
	return root.TraceID.String()
}

// repeat adds a run to the batch as another one, later or earlier by shift, and returns
// its id.
func repeat(batch *ledger.Batch, trace *ledger.Trace, shift time.Duration, salt uint64) (id ledger.TraceID) {
	id = trace.ID
	binary.BigEndian.PutUint64(id[:8], binary.BigEndian.Uint64(id[:8])^salt*0x9e3779b97f4a7c15)
	for _, call := range trace.Calls {
		call.TraceID, call.Start, call.Received = id, call.Start.Add(shift), call.Received.Add(shift)
		if call.User != "" && call.Agent == "writer" {
			call.ConversationID = call.User + "-" + call.Start.Format("01-02")
		} else if call.ConversationID != "" {
			call.ConversationID += "-" + call.Start.Format("01-02")
		}
		batch.Calls = append(batch.Calls, call)
	}
	for _, span := range trace.Spans {
		span.TraceID, span.Start, span.Received = id, span.Start.Add(shift), span.Received.Add(shift)
		batch.Spans = append(batch.Spans, span)
	}
	return id
}
