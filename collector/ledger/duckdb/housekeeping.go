package duckdb

import (
	"context"
	"database/sql"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

var (
	_ ledger.Housekeeper = (*Store)(nil)
	_ ledger.Refresher   = (*Store)(nil)
)

// Names in ledger_settings.
const (
	settingDetailDays = "detail_days"
	settingRollupDays = "rollup_days"
)

// Retention implements ledger.Housekeeper.
func (s *Store) Retention(ctx context.Context) (ledger.Retention, error) {
	r := ledger.DefaultRetention
	for name, field := range map[string]*int{settingDetailDays: &r.DetailDays, settingRollupDays: &r.RollupDays} {
		if err := s.sql.QueryRowContext(ctx, "SELECT value FROM ledger_settings WHERE name = ?", name).Scan(field); err != nil {
			return r, s.wrap("retention", err)
		}
	}
	return r, nil
}

// SetRetention implements ledger.Housekeeper.
func (s *Store) SetRetention(ctx context.Context, r ledger.Retention) error {
	if err := r.Validate(); err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := s.sql.ExecContext(ctx, "UPDATE ledger_settings SET value = if(name = ?, ?, ?)", settingDetailDays, r.DetailDays, r.RollupDays)
	return s.wrap("set retention", err)
}

// Expire implements ledger.Housekeeper: calls that have expired are summed up
// and deleted in one transaction.
func (s *Store) Expire(ctx context.Context) error {
	r, err := s.Retention(ctx)
	if err != nil {
		return err
	}
	today := time.Now().UTC().Truncate(day)
	detail, rollup := today.AddDate(0, 0, -r.DetailDays), today.AddDate(0, 0, -r.RollupDays)
	return s.wrap("expire", s.inTransaction(ctx, func(tx *sql.Tx) error {
		for _, step := range []struct {
			name  string
			until time.Time
		}{
			{"archive_calls.sql", detail},
			{"delete_calls.sql", detail},
			{"delete_spans.sql", detail},
			{"delete_archive.sql", rollup},
		} {
			statement, err := render(step.name, nil)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, statement, step.until.UnixNano()); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Refresh implements ledger.Refresher. The rollups are views: what is left to do
// is to sum up what has expired.
func (s *Store) Refresh(ctx context.Context) error {
	r, err := s.Retention(ctx)
	if err != nil {
		return err
	}
	first, _, err := s.Extent(ctx)
	if err != nil || first.IsZero() || first.After(time.Now().AddDate(0, 0, -r.DetailDays)) {
		return err
	}
	return s.Expire(ctx)
}

// Forget implements ledger.Housekeeper.
func (s *Store) Forget(ctx context.Context, user string) (calls int64, err error) {
	err = s.inTransaction(ctx, func(tx *sql.Tx) error {
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

// inTransaction keeps writers out while f runs.
func (s *Store) inTransaction(ctx context.Context, f func(*sql.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	tx, err := s.sql.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer rollback(tx)
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
