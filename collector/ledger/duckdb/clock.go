package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// clockPatience is how long a process sees a clock that has left out days before it
// deletes by it. A machine that was off has such a clock, and one whose clock was set
// wrong, by which everything may have expired.
const clockPatience = 24 * time.Hour

// clock tells expiry the time.
type clock struct {
	now     func() time.Time
	running func() time.Duration // of this process, which no step changes
	doubted time.Duration        // of running, when days were found missing; guarded by database.writing
	doubts  bool
}

func newClock() clock {
	begin := time.Now()
	return clock{now: time.Now, running: func() time.Duration { return time.Since(begin) }}
}

// trustsClock reports whether to delete by the clock, and notes the day if so. What is
// asked for by name (Expire) does not wait.
func (s *Store) trustsClock(ctx context.Context, now time.Time) (bool, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	seen, err := s.clockDay(ctx)
	if err != nil {
		return false, s.wrap("day of the last expiry", err)
	}
	today := dayOf(now)
	if seen != 0 && today > seen+1 {
		if !s.clock.doubts {
			s.clock.doubts, s.clock.doubted = true, s.clock.running()
		}
		if s.clock.running()-s.clock.doubted < clockPatience {
			return false, nil
		}
	}
	s.clock.doubts = false
	if today == seen {
		return true, nil
	}
	_, err = s.sql.ExecContext(ctx, "INSERT INTO ledger_settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", settingClockDay, today)
	return err == nil, s.wrap("day of the last expiry", err)
}

// clockDay is the day that was noted last, else that of the newest receipt; 0 for an
// empty ledger.
func (s *Store) clockDay(ctx context.Context) (seen int64, err error) {
	err = s.sql.QueryRowContext(ctx, "SELECT value FROM ledger_settings WHERE name = ?", settingClockDay).Scan(&seen)
	if !errors.Is(err, sql.ErrNoRows) {
		return seen, err
	}
	var received sql.NullTime
	err = s.sql.QueryRowContext(ctx, "SELECT max(received_time) FROM "+calls.name).Scan(&received)
	if err != nil || !received.Valid {
		return 0, err
	}
	return dayOf(received.Time), nil
}
