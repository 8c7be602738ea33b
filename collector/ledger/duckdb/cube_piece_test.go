package duckdb

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestCube_FollowsOnlyWhatIsReadBetweenTwoWrites(t *testing.T) {
	c := newCube(&fewValues)
	begin := func(writes int64, anyway bool) (begun, follows bool) {
		p := newPiece(stretch{0, int64(time.Hour)})
		begun = c.begin([]*piece{p}, writes, anyway)
		c.end(true)
		return begun, c.pieces[p.stretch] == p
	}
	w := &writing{ok: true}
	for _, step := range []struct {
		what           string
		do             func()
		writes         int64
		anyway         bool
		begun, follows bool
	}{
		{"before any write", func() {}, 0, false, true, true},
		{"while one is committed", c.commit, 0, false, false, false},
		{"while one is committed, anyway", func() {}, 0, true, true, false},
		{"before one that has ended", func() { c.wrote(w) }, 0, false, false, false},
		{"before one that has ended, anyway", func() {}, 0, true, true, false},
		{"after it", func() {}, 1, true, true, true},
		{"before a user was forgotten", c.forget, 1, false, false, false},
		{"after it", func() {}, 2, false, true, true},
		{"before calls were priced again", func() { c.change(stretch{0, 1}.overlaps) }, 2, false, false, false},
		{"after it", func() {}, 3, false, true, true},
	} {
		c.clear()
		step.do()
		if begun, follows := begin(step.writes, step.anyway); begun != step.begun || follows != step.follows {
			t.Errorf("%s: begun %v, follows %v, want %v, %v", step.what, begun, follows, step.begun, step.follows)
		}
	}
}

func TestHandle_SnapshotHasWhatWasCommittedBefore(t *testing.T) {
	store, err := Open(t.Context(), filepath.Join(t.TempDir(), "ledger.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	write := func(span byte) {
		t.Helper()
		call := ledger.Call{TraceID: ledger.TraceID{1}, SpanID: ledger.SpanID{span}, Start: at, Received: at, Role: "llm"}
		if err := store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{call}}); err != nil {
			t.Fatal(err)
		}
	}
	write(1)
	tx, err := store.sql.snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer rollback(tx)
	write(2)
	var rows int
	if err := tx.QueryRowContext(t.Context(), "SELECT count(*) FROM llm_call_rows").Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows, %v, want 1", rows, err)
	}
}

func TestCubeSum_RefusesAPieceWithLaterCalls(t *testing.T) {
	p := newPiece(stretch{0, int64(time.Hour)})
	p.words = newDictionary()
	p.words.add(make([]string, 1), make([]word, 1))
	p.add(&cubeRow{totals: ledger.Totals{Calls: 1}}, 10)
	p.add(&cubeRow{totals: ledger.Totals{Calls: 2}}, 20)
	for until, want := range map[int64]bool{20: false, 21: true} {
		sum := newCubeSum(&fewValues, &ledger.Query{})
		if added := sum.add(p, until); added != want {
			t.Errorf("until %d: %v, want %v", until, added, want)
		}
		if calls := sum.result()[0].Totals.Calls; want && calls != 3 {
			t.Errorf("%d calls, want 3", calls)
		}
	}
}
