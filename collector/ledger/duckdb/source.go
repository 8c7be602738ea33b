package duckdb

import (
	"context"
	"database/sql"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

var _ ledger.Source = (*Store)(nil)

// Extent implements ledger.Source.
func (s *Store) Extent(ctx context.Context) (first, last time.Time, err error) {
	statement, err := render("extent.sql", nil)
	if err != nil {
		return first, last, err
	}
	var least, greatest sql.NullInt64
	if err := s.sql.QueryRowContext(ctx, statement).Scan(&least, &greatest); err != nil {
		return first, last, s.wrap("extent", err)
	}
	if !least.Valid {
		return first, last, nil
	}
	return time.Unix(0, least.Int64).UTC(), time.Unix(0, greatest.Int64).UTC(), nil
}

// Spans implements ledger.Source.
func (s *Store) Spans(ctx context.Context, from, until time.Time) ([]ledger.AgentSpan, error) {
	found, err := selectRows(ctx, s, &spans, "calls.sql", from.UnixNano(), until.UnixNano())
	return found, s.wrap("spans", err)
}
