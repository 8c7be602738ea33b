package ledgertest

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

func logID(n uint64) (id ledger.LogID) {
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

// logRecord is a small valid record.
func logRecord(traceNumber, id uint64) ledger.Log {
	return ledger.Log{
		TraceID: trace(traceNumber), SpanID: span(1), ID: logID(id), Time: noon,
		Kind: ledger.LogApplication, Severity: 9, Body: fmt.Sprintf("line %d", id), Service: "intake",
		Received: noon.Truncate(time.Microsecond).Add(time.Second),
	}
}

// fullLog has a different value in every field.
func fullLog() ledger.Log {
	return ledger.Log{
		TraceID: trace(1), SpanID: span(1 << 63), ID: logID(1<<64 - 2), Time: noon,
		Kind: ledger.LogEvent, Severity: 14, EventName: "gen_ai.client.operation.exception",
		Body: "zwölf\nBoxkämpfer", ErrorType: "rate_limited",
		User: "u-4711", Department: "claims", Application: "intake-bot", Environment: "production",
		Agent: "triage", Service: "intake", Provider: "anthropic", Model: "claude-sonnet-4-5", Operation: "chat",
		Attributes: map[string]string{"exception.message": "HTTP 429", "empty": "", "ключ": "значение"},
		Received:   noon.Truncate(time.Microsecond).Add(time.Minute),
	}
}

func writeLogs(t *testing.T, store ledger.Store, logs ...ledger.Log) {
	t.Helper()
	if err := store.WriteLogs(context.Background(), logs); err != nil {
		t.Fatal(err)
	}
}

func readLogs(t *testing.T, store ledger.Store, q ledger.LogQuery) []ledger.Log {
	t.Helper()
	logs, err := store.Logs(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

// logIDs are the numbers of the records, in the order of the answer.
func logIDs(logs []ledger.Log) []uint64 {
	ids := make([]uint64, len(logs))
	for i, l := range logs {
		ids[i] = binary.BigEndian.Uint64(l.ID[:])
	}
	return ids
}

func logFieldsAreKept(t *testing.T, store ledger.Store) {
	writeLogs(t, store)
	full := fullLog()
	bare := ledger.Log{ID: logID(7), Time: noon.Add(-time.Minute), Kind: ledger.LogApplication, Received: full.Received}
	writeLogs(t, store, full, bare)
	equal(t, []ledger.Log{full, bare}, readLogs(t, store, ledger.LogQuery{}))
	equal(t, []ledger.Log{full}, readLogs(t, store, ledger.LogQuery{Trace: full.TraceID}))
	if _, err := store.Logs(context.Background(), ledger.LogQuery{Where: []ledger.Condition{{Dimension: ledger.ByTeam}}}); err == nil {
		t.Error("a dimension that log records do not have: want an error")
	}
	early := logRecord(1, 1)
	early.Time = time.Unix(0, 0)
	if err := store.WriteLogs(context.Background(), []ledger.Log{early}); err == nil {
		t.Error("a record of 1970: want an error")
	}
}

func redeliveredLogs(t *testing.T, store ledger.Store) {
	first := fullLog()
	again := first
	again.Received = first.Received.Add(time.Hour)
	other := logRecord(1, 8)
	writeLogs(t, store, again, first, again)
	writeLogs(t, store, again, other)
	writeLogs(t, store, first)
	equal(t, []ledger.Log{other, first}, readLogs(t, store, ledger.LogQuery{}))
	// One id in two spans is two records.
	sibling := first
	sibling.SpanID = span(9)
	writeLogs(t, store, sibling)
	equal(t, 2, len(readLogs(t, store, ledger.LogQuery{Trace: first.TraceID, Where: []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{first.User}}}})))
}

func logQueries(t *testing.T, store ledger.Store) {
	var logs []ledger.Log
	for i := range uint64(6) {
		l := logRecord(i/2, i)
		l.Time = noon.Add(time.Duration(i) * time.Minute)
		logs = append(logs, l)
	}
	logs[0].User, logs[1].User = "u-1", "u-2"
	logs[1].Department, logs[2].Model, logs[3].Service = "claims", "gpt-5", "search"
	logs[2].ErrorType, logs[2].Kind = "timeout", ledger.LogEvent
	logs[3].Severity = ledger.SeverityError
	logs[4].ErrorType, logs[4].Kind = "timeout", ledger.LogCall
	writeLogs(t, store, logs...)
	is := func(d ledger.Dimension, values ...string) []ledger.Condition {
		return []ledger.Condition{{Dimension: d, Values: values}}
	}
	for name, test := range map[string]struct {
		q    ledger.LogQuery
		want []uint64
	}{
		"all, the newest first": {ledger.LogQuery{}, []uint64{5, 4, 3, 2, 1, 0}},
		"the newest":            {ledger.LogQuery{Limit: 2}, []uint64{5, 4}},
		"a trace":               {ledger.LogQuery{Trace: trace(1)}, []uint64{3, 2}},
		"a user":                {ledger.LogQuery{Where: is(ledger.ByUser, "u-1")}, []uint64{0}},
		"either user":           {ledger.LogQuery{Where: is(ledger.ByUser, "u-1", "u-2")}, []uint64{1, 0}},
		"nobody":                {ledger.LogQuery{Where: is(ledger.ByUser, "u'; --")}, nil},
		"a department":          {ledger.LogQuery{Where: is(ledger.ByDepartment, "claims")}, []uint64{1}},
		"not a service":         {ledger.LogQuery{Where: []ledger.Condition{{Dimension: ledger.ByService, Values: []string{"intake"}, Not: true}}}, []uint64{3}},
		"a model":               {ledger.LogQuery{Where: is(ledger.ByModel, "gpt-5")}, []uint64{2}},
		"errors, each once":     {ledger.LogQuery{Errors: true}, []uint64{3, 2}},
		"errors of a kind":      {ledger.LogQuery{Errors: true, Where: is(ledger.ByErrorType, "timeout")}, []uint64{2}},
		"a period has its start and not its end": {
			ledger.LogQuery{From: logs[2].Time, Until: logs[4].Time}, []uint64{3, 2}},
	} {
		if got := logIDs(readLogs(t, store, test.q)); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

func logsOfATrace(t *testing.T, store ledger.Store) {
	c := call(1, 1)
	c.User, c.Department = "u-1", "claims"
	other := call(2, 2)
	other.User = "u-2"
	write(t, store, c, other)
	named := logRecord(1, 3)
	named.User = "u-3"
	writeLogs(t, store, logRecord(1, 1), logRecord(2, 2), named)
	for user, want := range map[string][]uint64{"u-1": {1}, "u-2": {2}, "u-3": {3}, "u-4": {}} {
		q := ledger.LogQuery{From: noon.Add(-time.Hour), Where: []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{user}}}}
		equal(t, want, logIDs(readLogs(t, store, q)))
	}
	q := ledger.LogQuery{Where: []ledger.Condition{{Dimension: ledger.ByDepartment, Values: []string{"claims"}}}}
	found := readLogs(t, store, q)
	equal(t, []uint64{1, 3}, logIDs(found))
	equal(t, "u-1", found[0].User)
	equal(t, "claims", found[0].Department)
	equal(t, "u-3", found[1].User)

	// Where calls do not agree, no one is named.
	second := call(1, 4)
	second.User, second.Department = "u-9", "claims"
	write(t, store, second)
	found = readLogs(t, store, q)
	equal(t, "", found[0].User)
	equal(t, "claims", found[0].Department)
	q.Where = []ledger.Condition{{Dimension: ledger.ByUser, Values: []string{"u-9"}}}
	equal(t, []uint64{1}, logIDs(readLogs(t, store, q)))
}

func logsInOrderOfReceipt(t *testing.T, store ledger.Store) {
	const n = 25
	want := map[uint64]bool{}
	for i := range uint64(n) {
		l := logRecord(1, i)
		// Ids, times and receipt have orders of their own, and batches share
		// the instant of their receipt.
		l.ID = logID(i * 0x9e3779b97f4a7c15)
		l.Time = noon.Add(time.Duration(i*7%n) * time.Second)
		l.Received = noon.Truncate(time.Microsecond).Add(time.Duration(i/10) * time.Minute)
		writeLogs(t, store, l)
		want[i*0x9e3779b97f4a7c15] = true
	}
	cursor := &ledger.LogCursor{}
	for {
		page := readLogs(t, store, ledger.LogQuery{After: cursor, Limit: 4})
		if len(page) == 0 {
			break
		}
		for _, l := range page {
			id := binary.BigEndian.Uint64(l.ID[:])
			if !want[id] {
				t.Errorf("record %x is listed twice", id)
			}
			delete(want, id)
			if l.Received.Before(cursor.Received) {
				t.Errorf("record %x comes after one received later", id)
			}
			cursor = &ledger.LogCursor{Received: l.Received, ID: l.ID}
		}
	}
	if len(want) > 0 {
		t.Errorf("%d records are never listed", len(want))
	}
}

func logExpiry(t *testing.T, store ledger.Store) {
	ctx := context.Background()
	now := time.Now().UTC().Truncate(time.Microsecond)
	old, recent := logRecord(1, 1), logRecord(1, 2)
	old.Time, old.Received = now.AddDate(0, 0, -5), now
	recent.Time, recent.Received = now.Add(-time.Hour), now
	writeLogs(t, store, old, recent)
	kept := Forever
	for _, step := range []struct {
		days int
		want []uint64
	}{{10, []uint64{2, 1}}, {3, []uint64{2}}} {
		kept.LogDays = step.days
		if err := store.SetRetention(ctx, kept); err != nil {
			t.Fatal(err)
		}
		if err := store.Expire(ctx); err != nil {
			t.Fatal(err)
		}
		equal(t, step.want, logIDs(readLogs(t, store, ledger.LogQuery{})))
	}
}

func forgottenLogs(t *testing.T, store ledger.Store) {
	c := call(1, 1)
	c.User = "u-1"
	other := call(2, 2)
	other.User = "u-2"
	write(t, store, c, other)
	own := logRecord(3, 3)
	own.User = "u-1"
	writeLogs(t, store, logRecord(1, 1), logRecord(2, 2), own)
	if _, err := store.Forget(context.Background(), "u-1"); err != nil {
		t.Fatal(err)
	}
	equal(t, []uint64{2}, logIDs(readLogs(t, store, ledger.LogQuery{})))
}

// namesOfManyTraces asks for the names of more traces than a statement can hold.
func namesOfManyTraces(t *testing.T, store ledger.Store) {
	const n = 6000
	calls, logs := make([]ledger.Call, n), make([]ledger.Log, n)
	for i := range calls {
		calls[i], logs[i] = call(uint64(i), 1), logRecord(uint64(i), uint64(i))
		calls[i].User, calls[i].Department = fmt.Sprintf("u-%d", i), "claims"
	}
	write(t, store, calls...)
	writeLogs(t, store, logs...)
	for _, l := range readLogs(t, store, ledger.LogQuery{Limit: n}) {
		want := fmt.Sprintf("u-%d", binary.BigEndian.Uint64(l.ID[:]))
		if l.User != want || l.Department != "claims" {
			t.Fatalf("record of %s is given to %q of %q", want, l.User, l.Department)
		}
	}
}
