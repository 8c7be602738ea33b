package duckdb

import (
	"context"
	"database/sql"
	"time"
)

// MigrateTo stops after a version, as an earlier binary would have.
func (s *Store) MigrateTo(ctx context.Context, version int) error { return s.migrate(ctx, version) }

// SQL is the database, for what the package itself never does.
func (s *Store) SQL() *sql.DB { return s.sql.DB }

// ForgetIndex has the next write and settling look everything up again.
func (s *Store) ForgetIndex() { s.index.forget() }

// SetClock has expiry look at another clock.
func (s *Store) SetClock(now func() time.Time, running func() time.Duration) {
	s.clock.now, s.clock.running = now, running
}

// LimitUserRows has the cube of users leave questions with more rows to the tables.
func (s *Store) LimitUserRows(rows int) {
	limited := *s.cubes.users.layout
	limited.maxRows = rows
	s.cubes.users = newCube(&limited)
}

// UserRows is how many rows the cube of users holds.
func (s *Store) UserRows() int {
	s.cubes.users.mu.Lock()
	defer s.cubes.users.mu.Unlock()
	return s.cubes.users.rows
}

// KeptPieces is how many pieces the cube of dimensions with few values holds.
func (s *Store) KeptPieces() int {
	s.cubes.fewValues.mu.Lock()
	defer s.cubes.fewValues.mu.Unlock()
	return len(s.cubes.fewValues.pieces)
}

// CompactNext has the next refresh compact the file, whatever was written.
func (s *Store) CompactNext() { s.compaction = newCompaction() }

// ReadTracesBy sets how many rows of a trace are read at a time, and returns what it was.
func ReadTracesBy(rows int) (before int) {
	before, tracePiece = tracePiece, rows
	return before
}
