package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Names in ledger_settings.
const (
	settingDetailDays = "detail_days"
	settingRollupDays = "rollup_days"
	settingLogDays    = "log_days"
	// settingArchivedDays is the first day, since 1970, that is not archived.
	settingArchivedDays = "archived_days"
	// settingClockDay is the day, since 1970, on which expiry was last looked at.
	settingClockDay = "clock_day"
)

// DefaultRetention is the value that a new file starts with: log records are kept for
// less time than on a server, since they are most of what a file grows by.
var DefaultRetention = ledger.Retention{
	DetailDays: ledger.DefaultRetention.DetailDays, RollupDays: ledger.DefaultRetention.RollupDays, LogDays: 7,
}

// Retention implements ledger.Store.
func (s *Store) Retention(ctx context.Context) (ledger.Retention, error) {
	r := DefaultRetention
	for name, field := range map[string]*int{
		settingDetailDays: &r.DetailDays, settingRollupDays: &r.RollupDays, settingLogDays: &r.LogDays,
	} {
		err := s.sql.QueryRowContext(ctx, "SELECT value FROM ledger_settings WHERE name = ?", name).Scan(field)
		if err != nil && !errors.Is(err, sql.ErrNoRows) { // a schema from before the setting
			return r, s.wrap("retention", err)
		}
	}
	return r, nil
}

// KeptSince implements ledger.Store. Until they are archived, days past the
// retention take calls, and are summed up with them.
func (s *Store) KeptSince(ctx context.Context) (time.Time, error) {
	first, err := firstKeptDay(ctx, s.sql)
	return time.Unix(first*int64(day/time.Second), 0).UTC(), s.wrap("kept since", err)
}

// SetRetention implements ledger.Store.
func (s *Store) SetRetention(ctx context.Context, r ledger.Retention) error {
	if err := r.Validate(); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := s.sql.ExecContext(ctx, "UPDATE ledger_settings SET value = CASE name WHEN ? THEN ? WHEN ? THEN ? WHEN ? THEN ? ELSE value END",
		settingDetailDays, r.DetailDays, settingRollupDays, r.RollupDays, settingLogDays, r.LogDays)
	return s.wrap("set retention", err)
}

// Expire implements ledger.Store: calls that have expired are summed up
// and deleted in one transaction.
func (s *Store) Expire(ctx context.Context) error {
	r, err := s.Retention(ctx)
	if err != nil {
		return err
	}
	defer s.index.forget()
	defer s.cubes.forget()
	today := s.clock.now().UTC().Truncate(day)
	first := today.AddDate(0, 0, -r.DetailDays)
	detail, rollup, logs := first.UnixNano(), today.AddDate(0, 0, -r.RollupDays).UnixNano(), today.AddDate(0, 0, -r.LogDays).UnixNano()
	return s.wrap("expire", s.inTransaction(ctx, func(tx *sql.Tx) error {
		if _, err := run(ctx, tx, nil,
			step{"archive_calls.sql", []any{detail}}, step{"delete_calls.sql", []any{detail}}, step{"delete_spans.sql", []any{detail}},
			step{"delete_results.sql", []any{detail}}, step{"delete_archive.sql", []any{rollup}}, step{"delete_logs.sql", []any{logs}},
		); err != nil {
			return err
		}
		return archivedUntil(ctx, tx, first)
	}))
}

// archivedUntil has calls that start before a day be stored no more.
func archivedUntil(ctx context.Context, tx *sql.Tx, day time.Time) error {
	_, err := tx.ExecContext(ctx, "UPDATE ledger_settings SET value = greatest(value, ?) WHERE name = ?", dayOf(day), settingArchivedDays)
	return err
}

// Refresh implements ledger.Store. The rollups are views: what is left to do
// is to sum up what has expired, and to keep the file small.
func (s *Store) Refresh(ctx context.Context) error {
	r, err := s.Retention(ctx)
	if err != nil {
		return err
	}
	first, _, err := s.Extent(ctx, ledger.PartRows, time.Time{})
	if err != nil {
		return err
	}
	firstLog, _, err := s.Extent(ctx, ledger.PartLogs, time.Time{})
	if err != nil {
		return err
	}
	firstResult, _, err := s.Extent(ctx, ledger.PartResults, time.Time{})
	if err != nil {
		return err
	}
	now := s.clock.now()
	// Looked at each time, so that the day is noted.
	trusted, err := s.trustsClock(ctx, now)
	if err != nil {
		return err
	}
	if trusted && (expired(first, now, r.DetailDays) || expired(firstResult, now, r.DetailDays) || expired(firstLog, now, r.LogDays)) {
		if err := s.Expire(ctx); err != nil {
			return err
		}
	}
	return s.wrap("compact", s.compact(ctx))
}

// expired tells whether the first row, if there is one, is older than the days.
// Expiry uses whole days of UTC.
func expired(first, now time.Time, days int) bool {
	return !first.IsZero() && first.Before(now.UTC().Truncate(day).AddDate(0, 0, -days))
}

const forgetConversations = "UPDATE result_rows SET conversation_id = '' WHERE conversation_id <> '' AND conversation_id IN (SELECT conversation_id FROM llm_call_rows WHERE user_id = ?)"

const forgetLogs = "DELETE FROM log_rows WHERE user_id = ? OR user_id = '' AND trace_id IN (SELECT trace_id FROM llm_call_rows WHERE user_id = ?)"

// Forget implements ledger.Store.
func (s *Store) Forget(ctx context.Context, user string) (calls int64, err error) {
	defer s.cubes.forget()
	err = s.inTransaction(ctx, func(tx *sql.Tx) error {
		if err := keepForgotten(ctx, tx, ledger.ForgottenUsers{ledger.NewForgottenUser(user, time.Now())}); err != nil {
			return err
		}
		// First, while the calls still say whose traces they are.
		if _, err := tx.ExecContext(ctx, forgetLogs, user, user); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, forgetConversations, user); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE result_rows SET user_id = ?, conversation_id = '' WHERE user_id = ?", ledger.Forgotten, user); err != nil {
			return err
		}
		changed, err := tx.ExecContext(ctx, "UPDATE llm_call_rows SET user_id = ?, conversation_id = '' WHERE user_id = ?", ledger.Forgotten, user)
		if err != nil {
			return err
		}
		if calls, err = changed.RowsAffected(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE agent_span_rows SET user_id = ?, conversation_id = '' WHERE user_id = ?", ledger.Forgotten, user); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE cost_hourly_archive SET user_id = ? WHERE user_id = ?", ledger.Forgotten, user)
		return err
	})
	return calls, s.wrap("forget", err)
}
