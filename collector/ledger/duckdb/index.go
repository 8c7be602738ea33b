package duckdb

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// maxDays is how many days are indexed at a time. What needs more days at once
// is looked up in the tables.
const maxDays = 10

// around is how many days before and after a row its trace is settled with.
const around = 2

// index says of the days that are written to which rows the tables may have, so
// that a batch of new rows is stored and settled without reading what is stored:
// that would take time in proportion to the ledger. A yes may be wrong, once in
// about a million times, and is looked up; a no is right, since this process is
// the only one with the file. A day is read from the tables when it is first
// needed.
type index struct {
	seed maphash.Seed

	mu      sync.Mutex
	days    map[int64]*indexedDay
	recent  recent
	uses    int64 // of days, counted to drop the one not used for longest
	changes int64 // odd while rows are being written
}

// indexedDay holds hashes of the rows in the tables that start on one day.
type indexedDay struct {
	rows      fingerprints
	traces    fingerprints
	contested fingerprints // traces with a claim that can lose its bill or take one
	reported  fingerprints // response ids of claims that may be in another trace than the call
	used      int64
}

func newIndex() *index {
	return &index{seed: maphash.MakeSeed(), days: make(map[int64]*indexedDay)}
}

// forget drops everything, after rows were changed otherwise than by writing.
func (x *index) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.days)
	x.recent = recent{}
	x.changes += 2
}

// hashRow depends on the table: a span may be in both tables.
func (x *index) hashRow(table byte, trace ledger.TraceID, span ledger.SpanID) uint64 {
	var b [25]byte
	b[0] = table
	copy(b[1:], trace[:])
	copy(b[17:], span[:])
	return maphash.Bytes(x.seed, b[:])
}

const (
	callRow byte = iota
	spanRow
)

func (x *index) hashTrace(trace ledger.TraceID) uint64 { return maphash.Bytes(x.seed, trace[:]) }

func (x *index) hashResponse(id string) uint64 { return maphash.String(x.seed, id) }

// reporting are the claims by whose response id a call of another trace is found.
var reporting = append([]string{semconv.ClaimBatch}, settle.Elsewhere...)

func (d *indexedDay) addCall(x *index, trace ledger.TraceID, span ledger.SpanID, claim, response string) {
	d.rows.add(x.hashRow(callRow, trace, span))
	d.traces.add(x.hashTrace(trace))
	if settle.CanLose(claim) {
		d.contested.add(x.hashTrace(trace))
	}
	if response != "" && slices.Contains(reporting, claim) {
		d.reported.add(x.hashResponse(response))
	}
}

func (d *indexedDay) addSpan(x *index, trace ledger.TraceID, span ledger.SpanID) {
	d.rows.add(x.hashRow(spanRow, trace, span))
	d.traces.add(x.hashTrace(trace))
}

// window is a number of days.
type window struct{ first, last int64 }

func (w window) small() bool { return w.last-w.first < maxDays }

func (w window) from() time.Time  { return dayStart(w.first) }
func (w window) until() time.Time { return dayStart(w.last + 1) }

func dayStart(d int64) time.Time { return time.Unix(d*int64(day/time.Second), 0).UTC() }

// ensure reads the days of the window that are not indexed yet. The caller keeps
// writers out. It reports whether the window is indexed: one that is too long is
// not.
func (s *Store) ensure(ctx context.Context, w window) (bool, error) {
	if !w.small() {
		return false, nil
	}
	x := s.index
	for d := w.first; d <= w.last; d++ {
		x.mu.Lock()
		known := x.use(d)
		x.mu.Unlock()
		if known {
			continue
		}
		read, err := s.readDay(ctx, d)
		if err != nil {
			return false, fmt.Errorf("index of %s: %w", dayStart(d).Format(time.DateOnly), err)
		}
		x.mu.Lock()
		x.put(d, read)
		x.mu.Unlock()
	}
	return true, nil
}

// use marks a day as used, and reports whether it is there.
func (x *index) use(d int64) bool {
	found := x.days[d]
	if found == nil {
		return false
	}
	x.uses++
	found.used = x.uses
	return true
}

// put adds a day, in place of the one not used for longest.
func (x *index) put(d int64, read *indexedDay) {
	if len(x.days) >= maxDays {
		var oldest int64
		least := int64(-1)
		for n, day := range x.days {
			if least < 0 || day.used < least {
				oldest, least = n, day.used
			}
		}
		delete(x.days, oldest)
	}
	x.days[d] = read
	x.use(d)
}

// within are the days of a window; false where one is missing. The caller holds
// mu.
func (x *index) within(w window) ([]*indexedDay, bool) {
	if !w.small() {
		return nil, false
	}
	var days []*indexedDay
	for d := w.first; d <= w.last; d++ {
		if !x.use(d) {
			return nil, false
		}
		if x.days[d].traces.count > 0 {
			days = append(days, x.days[d])
		}
	}
	return days, true
}

// readDay reads what the tables have of a day.
func (s *Store) readDay(ctx context.Context, d int64) (*indexedDay, error) {
	read := new(indexedDay)
	from, until := dayStart(d).UnixNano(), dayStart(d+1).UnixNano()
	for _, table := range []struct {
		query string
		add   func(trace ledger.TraceID, span ledger.SpanID, claim, response string)
	}{
		{"index_calls.sql", func(trace ledger.TraceID, span ledger.SpanID, claim, response string) {
			read.addCall(s.index, trace, span, claim, response)
		}},
		{"index_spans.sql", func(trace ledger.TraceID, span ledger.SpanID, _, _ string) {
			read.addSpan(s.index, trace, span)
		}},
	} {
		var f fields
		var trace ledger.TraceID
		var span ledger.SpanID
		var claim, response string
		f.TraceID("trace_id", &trace)
		f.SpanID("span_id", &span)
		f.Text("claim", &claim)
		f.Text("response_id", &response)
		if err := s.each(ctx, table.query, nil, []any{from, until}, f, func() { table.add(trace, span, claim, response) }); err != nil {
			return nil, err
		}
	}
	return read, nil
}
