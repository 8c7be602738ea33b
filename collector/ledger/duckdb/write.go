package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Write stores the batches in one transaction. A row replaces the one with its
// trace and span id that started on the same day, unless that one was received
// later.
func (s *Store) Write(ctx context.Context, batches ...ledger.Batch) error {
	if calls, spans := ledger.CountRows(batches); calls+spans == 0 {
		return nil
	}
	if err := ledger.CheckBatches(batches); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.wrap("write", s.done(s.write(ctx, batches)))
}

// done gives up the connection of a write that failed, and keeps it from being
// used again: one that was interrupted may be closed, or in a transaction that
// was not ended.
func (s *Store) done(err error) error {
	if err != nil && s.writer != nil {
		_ = s.writer.Raw(func(any) error { return driver.ErrBadConn })
		_ = s.writer.Close() // it may be closed already
		s.writer, s.staged = nil, false
	}
	return err
}

func (s *Store) write(ctx context.Context, batches []ledger.Batch) error {
	if err := s.prepareWriter(ctx); err != nil {
		return err
	}
	days := daysOf(batches)
	indexed, err := s.ensure(ctx, days)
	if err != nil {
		return err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer rollback(tx)
	newCalls, newSpans, err := s.admissible(ctx, tx, batches)
	if err != nil {
		return err
	}
	w := s.index.begin(newCalls, newSpans, days, indexed)
	defer w.end()
	defer s.cubes.wrote(w)
	if w.calls.written, err = replace(ctx, tx, s.writer, &calls, newCalls, identifyCall, w.calls.known); err != nil {
		return err
	}
	if w.spans.written, err = replace(ctx, tx, s.writer, &spans, newSpans, identifySpan, w.spans.known); err != nil {
		return err
	}
	s.cubes.committing()
	if err := tx.Commit(); err != nil {
		return err
	}
	w.done()
	s.compaction.wrote(len(w.calls.written) + len(w.spans.written))
	return nil
}

// admissible is the rows of batches without users that were forgotten, and without
// days that are in the archive, where a call cannot be told from one that comes
// again.
func (s *Store) admissible(ctx context.Context, tx *sql.Tx, batches []ledger.Batch) (calls []*ledger.Call, spans []*ledger.AgentSpan, err error) {
	users, err := forgotten(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	batches = users.Batches(batches)
	first, err := firstKeptDay(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	return since(ledger.CallsOf(batches), first, identifyCall), since(ledger.SpansOf(batches), first, identifySpan), nil
}

// firstKeptDay is the first day, since 1970, that is not archived.
func firstKeptDay(ctx context.Context, q querier) (first int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT value FROM ledger_settings WHERE name = '"+settingArchivedDays+"'").Scan(&first)
	return first, err
}

// since is the rows that start on a day or later.
func since[T any](rows iter.Seq[*T], first int64, identify func(*T) (key, version)) (kept []*T) {
	for row := range rows {
		if k, _ := identify(row); k.day >= first {
			kept = append(kept, row)
		}
	}
	return kept
}

// prepareWriter opens the connection whose temporary tables stage the rows.
func (s *Store) prepareWriter(ctx context.Context) error {
	if s.writer == nil {
		conn, err := s.sql.Conn(ctx)
		if err != nil {
			return err
		}
		s.writer, s.staged = conn, false
	}
	if s.staged {
		return nil
	}
	for _, statement := range []string{
		"CREATE OR REPLACE TEMP TABLE " + stagedKeys +
			" (position INTEGER, trace_id UUID, span_id UBIGINT, start_time TIMESTAMP_NS, revision INTEGER, received_time TIMESTAMP)",
		stagingTable(&logs), stagingTable(&results), stagingTable(&pastCosts), stagingTable(&newCosts),
	} {
		if _, err := s.writer.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	s.staged = true
	return nil
}

// begin starts a transaction of the writer. One that ended with the context would close
// the connection while done uses it; its statements end with the context.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	return s.writer.BeginTx(context.WithoutCancel(ctx), nil)
}

// stagedKeys holds the keys of the rows that are being written; start_time is
// the beginning of their day.
const stagedKeys = "staged_keys"

// key holds what makes two rows the same row.
type key struct {
	day   int64 // days since 1970, of the start
	trace ledger.TraceID
	span  ledger.SpanID
	log   ledger.LogID // of a log record
}

// version orders the rows of one key; the highest holds.
type version struct {
	revision int
	received int64 // microseconds since 1970
}

func (v version) less(w version) bool {
	return v.revision < w.revision || v.revision == w.revision && v.received < w.received
}

const day = 24 * time.Hour

func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

func identifyCall(c *ledger.Call) (key, version) {
	return key{day: dayOf(c.Start), trace: c.TraceID, span: c.SpanID}, version{c.Revision, c.Received.UnixMicro()}
}

func identifySpan(s *ledger.AgentSpan) (key, version) {
	return key{day: dayOf(s.Start), trace: s.TraceID, span: s.SpanID}, version{0, s.Received.UnixMicro()}
}

// replace writes the rows in place of those with their keys, and returns the
// positions of those that were written. Most rows are new: only those that the
// table may have are looked up, by their keys.
func replace[T any](ctx context.Context, tx *sql.Tx, conn *sql.Conn, t *table[T], rows []*T, identify func(*T) (key, version), mayBeKnown []bool) ([]int, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	kept := newest(rows, identify)
	var doubtful []int
	for _, i := range kept {
		if mayBeKnown[i] {
			doubtful = append(doubtful, i)
		}
	}
	if len(doubtful) > 0 {
		outdated, err := replaceKnown(ctx, tx, conn, t, rows, identify, doubtful)
		if err != nil {
			return nil, err
		}
		kept = slices.DeleteFunc(kept, func(i int) bool { return outdated[i] })
	}
	return kept, appendRows(conn, "", t.name, t, at(rows, kept))
}

// replaceKnown deletes the rows that some others replace, and returns the
// positions of those that the table has in a later version.
func replaceKnown[T any](ctx context.Context, tx *sql.Tx, conn *sql.Conn, t *table[T], rows []*T, identify func(*T) (key, version), positions []int) (outdated map[int]bool, err error) {
	first, last := days(rows, identify)
	from, until := dayStart(first), dayStart(last+1)
	if err := stageKeys(conn, rows, positions, identify); err != nil {
		return nil, err
	}
	outdated, found, err := known(ctx, tx, t, from, until)
	if err != nil {
		return nil, err
	}
	steps := []step{{name: "clear_staged.sql"}}
	if found {
		period := []any{from.UnixNano(), until.UnixNano()}
		steps = []step{{"drop_outdated.sql", period}, {"drop_replaced.sql", period}, {name: "clear_staged.sql"}}
	}
	if _, err := run(ctx, tx, statementData{Table: t.name, Staging: stagedKeys, Version: t.version}, steps...); err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	return outdated, nil
}

// known looks the staged keys up in a table: whether it has any, and the
// positions of those that it has in a later version.
func known[T any](ctx context.Context, tx *sql.Tx, t *table[T], from, until time.Time) (outdated map[int]bool, found bool, err error) {
	statement, err := render("known_keys.sql", statementData{Table: t.name, Staging: stagedKeys, Version: t.version})
	if err != nil {
		return nil, false, err
	}
	var position int
	var later bool
	outdated = make(map[int]bool)
	err = scan(ctx, tx, statement, []any{from.UnixNano(), until.UnixNano()}, fields{&position, &later}, func() {
		found = true
		if later {
			outdated[position] = true
		}
	})
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", t.name, err)
	}
	return outdated, found, nil
}

// pointers is where rows are.
func pointers[T any](rows []T) []*T {
	all := make([]*T, len(rows))
	for i := range rows {
		all[i] = &rows[i]
	}
	return all
}

// at is the rows at some positions.
func at[T any](rows []*T, positions []int) []*T {
	some := make([]*T, len(positions))
	for n, i := range positions {
		some[n] = rows[i]
	}
	return some
}

// newest is the positions of the row to keep of each key.
func newest[T any](rows []*T, identify func(*T) (key, version)) []int {
	keep := make(map[key]int, len(rows))
	for i, row := range rows {
		k, v := identify(row)
		if j, ok := keep[k]; ok {
			if _, kept := identify(rows[j]); v.less(kept) {
				continue
			}
		}
		keep[k] = i
	}
	positions := make([]int, 0, len(keep))
	for i, row := range rows {
		if k, _ := identify(row); keep[k] == i {
			positions = append(positions, i)
		}
	}
	return positions
}

// stagedKey is the key of a row that may replace one.
type stagedKey struct {
	position int
	trace    ledger.TraceID
	span     ledger.SpanID
	day      time.Time // its beginning
	revision int
	received time.Time
}

var keyTable = table[stagedKey]{
	name: stagedKeys,
	columns: []column[stagedKey]{
		small("position", func(k *stagedKey) *int { return &k.position }),
		traceID("trace_id", func(k *stagedKey) *ledger.TraceID { return &k.trace }),
		spanID("span_id", func(k *stagedKey) *ledger.SpanID { return &k.span }),
		instant("start_time", func(k *stagedKey) *time.Time { return &k.day }),
		small("revision", func(k *stagedKey) *int { return &k.revision }),
		instant("received_time", func(k *stagedKey) *time.Time { return &k.received }),
	},
}

// stageKeys appends the keys of some rows to the staging table of keys.
func stageKeys[T any](conn *sql.Conn, rows []*T, positions []int, identify func(*T) (key, version)) error {
	keys := make([]stagedKey, len(positions))
	for n, i := range positions {
		k, v := identify(rows[i])
		keys[n] = stagedKey{i, k.trace, k.span, dayStart(k.day), v.revision, time.UnixMicro(v.received)}
	}
	return appendRows(conn, "temp", stagedKeys, &keyTable, pointers(keys))
}

// days returns the first and last day the rows start on.
func days[T any](rows []*T, identify func(*T) (key, version)) (first, last int64) {
	for i, row := range rows {
		k, _ := identify(row)
		if i == 0 || k.day < first {
			first = k.day
		}
		if i == 0 || k.day > last {
			last = k.day
		}
	}
	return first, last
}
