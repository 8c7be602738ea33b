package duckdb

import (
	"context"
	"strings"
)

// Merging row groups, to drop the rows that were replaced, takes DuckDB the memory and the
// time of up to four row groups of 122,880 rows each that it merges at once: under load it
// filled its memory limit and kept a commit waiting for up to 26 s. So a checkpoint that a
// commit makes merges none (defaultVacuum), and compact has DuckDB merge some when few rows
// are written.
const (
	settingVacuum = "max_vacuum_tasks"
	defaultVacuum = "0"

	compactAfter = 100_000 // rows since it was last done
	fewRows      = 10_000  // since the ledger was last refreshed, which is every minute
)

// compaction counts the rows that were written.
type compaction struct{ sinceRefresh, sinceDone int }

func newCompaction() compaction { return compaction{sinceDone: compactAfter} } // what was left by another process

func (c *compaction) wrote(rows int) {
	c.sinceRefresh += rows
	c.sinceDone += rows
}

// due says whether there is time for it and reason to; it is asked at each refresh.
func (c *compaction) due() bool {
	calm := c.sinceRefresh < fewRows
	c.sinceRefresh = 0
	return calm && c.sinceDone >= compactAfter
}

// compact merges some row groups if that is due.
func (s *Store) compact(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if !s.compaction.due() {
		return nil
	}
	var setting string
	if err := s.sql.QueryRowContext(ctx, "SELECT current_setting('"+settingVacuum+"')::VARCHAR").Scan(&setting); err != nil {
		return err
	}
	if setting != defaultVacuum { // of the path: DuckDB merges at each checkpoint
		return nil
	}
	if _, err := s.sql.ExecContext(ctx, "SET GLOBAL "+settingVacuum+" = 1"); err != nil {
		return err
	}
	_, err := s.sql.ExecContext(ctx, "CHECKPOINT")
	_, reset := s.sql.ExecContext(context.WithoutCancel(ctx), "SET GLOBAL "+settingVacuum+" = "+defaultVacuum)
	if err != nil && strings.Contains(err.Error(), "Cannot CHECKPOINT") {
		return reset // something else is written: next time
	}
	if err == nil {
		s.compaction.sinceDone = 0
	}
	if err == nil {
		err = reset
	}
	return err
}
