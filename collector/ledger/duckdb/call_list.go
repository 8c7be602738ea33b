package duckdb

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
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
func (s *Store) Conversations(ctx context.Context, q ledger.CallQuery) (found []ledger.Conversation, err error) {
	var d dialect
	asked, err := sqlbuild.Conversations(&d, q)
	if err != nil {
		return nil, err
	}
	ids, first, last, err := wanted(ctx, s, "wanted_conversations.sql", asked, d.args, (*fields).Text)
	if err != nil || len(ids) == 0 {
		return nil, s.wrap("conversations", err)
	}
	args := append(d.args, first, last)
	for _, id := range ids {
		args = append(args, id)
	}
	var f fields
	var c ledger.Conversation
	columns.Conversation(&f, &c)
	err = s.each(ctx, "conversations.sql", conversationList{asked, ids}, args, f, func() { found = append(found, c) })
	return found, s.wrap("conversations", err)
}
