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
