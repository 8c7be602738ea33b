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

// conversationList fills conversations.sql.
type conversationList struct {
	*sqlbuild.CallList
	IDs []string
}

// Conversations implements ledger.Reader. Which are wanted is found out from the few
// columns that decide it; the rest is read of those alone.
func (s *Store) Conversations(ctx context.Context, q ledger.CallQuery) ([]ledger.Conversation, error) {
	var d dialect
	asked, err := sqlbuild.Conversations(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render("wanted_conversations.sql", asked)
	if err != nil {
		return nil, err
	}
	ids, first, last, err := wanted(ctx, s, statement, d.args, func(id *string) any { return id })
	if err != nil || len(ids) == 0 {
		return nil, s.wrap("conversations", err)
	}
	if statement, err = render("conversations.sql", conversationList{asked, ids}); err != nil {
		return nil, err
	}
	args := append(d.args, first, last)
	for _, id := range ids {
		args = append(args, id)
	}
	found, err := s.conversations(ctx, statement, args)
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
			decimalField{&c.Totals.Cost}, (*int64)(&c.Totals.Duration), &c.Totals.NanoCredits,
		); err != nil {
			return nil, err
		}
		c.Start, c.Last = time.Unix(0, first).UTC(), time.Unix(0, last).UTC()
		found = append(found, c)
	}
	return found, rows.Err()
}
