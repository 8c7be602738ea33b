package duckdb_test

import (
	"testing"
	"time"
)

func TestStore_MergesRowGroupsWhenFewRowsAreWritten(t *testing.T) {
	store := openCubes(t)
	groups := func() (n int) {
		t.Helper()
		if err := store.SQL().QueryRow("SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('llm_call_rows')").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for n := range 6 {
		writeCubes(t, store, cubeCall(n))
		if _, err := store.SQL().ExecContext(t.Context(), "CHECKPOINT"); err != nil {
			t.Fatal(err)
		}
	}
	if got := groups(); got != 6 {
		t.Errorf("checkpoints leave %d row groups, want one each", got)
	}
	writeCubes(t, store, cubeCall(6))
	for _, step := range []struct {
		due  bool
		most int
	}{{true, 2}, {false, 3}} {
		if step.due {
			store.CompactNext()
		}
		if err := store.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := groups(); got > step.most {
			t.Errorf("due %v: %d row groups, want at most %d", step.due, got, step.most)
		}
	}
	if got := cubeTotals(t, store, cubeHour.Add(time.Hour)).Calls; got != 7 {
		t.Errorf("%d calls, want 7", got)
	}
}
