package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// CallList implements ledger.Reader.
func (s *Store) CallList(ctx context.Context, q ledger.CallQuery) ([]ledger.Call, error) {
	var d dialect
	asked, err := sqlbuild.Calls(&d, q)
	if err != nil {
		return nil, err
	}
	asked.Columns = calls.columnList()
	statement, err := render("call_list.sql", asked)
	if err != nil {
		return nil, err
	}
	found, err := readRows(ctx, s, &calls, statement, d.args)
	return found, s.wrap("calls", err)
}

// Conversations implements ledger.Reader.
func (s *Store) Conversations(ctx context.Context, q ledger.CallQuery) ([]ledger.Conversation, error) {
	var d dialect
	asked, err := sqlbuild.Conversations(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render("conversations.sql", asked)
	if err != nil {
		return nil, err
	}
	found, err := s.conversations(ctx, statement, d.args)
	return found, s.wrap("conversations", err)
}

func (s *Store) conversations(ctx context.Context, statement string, args []any) ([]ledger.Conversation, error) {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []ledger.Conversation
	for rows.Next() {
		var c ledger.Conversation
		var first, last int64
		if err := rows.Scan(
			&c.ID, &first, &last, &c.User, &c.Application, &c.Runs, &c.FirstInput, &c.LastInput, &c.MaxInput,
			&c.Totals.Calls, &c.Totals.Errors, &c.Totals.Unpriced, &c.Totals.Invalid,
			&c.Totals.Input, &c.Totals.Output, &c.Totals.CacheRead, &c.Totals.CacheWrite, &c.Totals.Reasoning,
			decimalField{&c.Totals.Cost}, (*int64)(&c.Totals.Duration),
		); err != nil {
			return nil, err
		}
		c.Start, c.Last = time.Unix(0, first).UTC(), time.Unix(0, last).UTC()
		found = append(found, c)
	}
	return found, rows.Err()
}
