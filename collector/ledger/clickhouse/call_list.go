package clickhouse

import (
	"cmp"
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// CallList implements ledger.Reader. The newest are looked for in the end of the period.
func (s *Store) CallList(ctx context.Context, q ledger.CallQuery) ([]ledger.Call, error) {
	ask := func(from time.Time) ([]ledger.Call, error) {
		later := q
		later.From = from
		return s.callList(ctx, later)
	}
	var found []ledger.Call
	var err error
	if newestFirst(&q) && q.Trace.IsZero() {
		found, err = recentFirst(q.From, q.Until, cmp.Or(q.Limit, ledger.DefaultCalls), ask)
	} else {
		found, err = ask(q.From)
	}
	return found, s.wrap("calls", err)
}

func newestFirst(q *ledger.CallQuery) bool {
	return (q.Order == "" || q.Order == ledger.NewestFirst) && !q.Oldest
}

func (s *Store) callList(ctx context.Context, q ledger.CallQuery) ([]ledger.Call, error) {
	var d dialect
	asked, err := sqlbuild.Calls(&d, q)
	if err != nil {
		return nil, err
	}
	rows := s.callBlocks.Get().(*block[ledger.Call])
	defer s.callBlocks.Put(rows)
	rows.reset()
	asked.Columns = rows.columnList()
	statement, err := render("call_list.sql", asked)
	if err != nil {
		return nil, err
	}
	return readRows(ctx, s, rows, statement, d.parameters)
}

// conversationList fills conversations.sql.
type conversationList struct {
	*sqlbuild.CallList
	IDs []string // placeholders
}

// Conversations implements ledger.Reader. Which are wanted is found out from the few
// columns that decide it, and the newest of them in the end of the period; the rest is
// read of those alone.
func (s *Store) Conversations(ctx context.Context, q ledger.CallQuery) ([]ledger.Conversation, error) {
	ids, err := s.wantedConversations(ctx, q)
	if err != nil || len(ids) == 0 {
		return nil, s.wrap("conversations", err)
	}
	var d dialect
	asked, err := sqlbuild.Conversations(&d, q)
	if err != nil {
		return nil, err
	}
	list := conversationList{CallList: asked}
	for _, id := range ids {
		list.IDs = append(list.IDs, d.Bind(id))
	}
	var f fields
	var c ledger.Conversation
	columns.Conversation(&f, &c)
	var found []ledger.Conversation
	err = s.each(ctx, "conversations.sql", list, d.parameters, &f, func() { found = append(found, c) })
	return found, s.wrap("conversations", err)
}

// wantedConversations returns the ids of a page of conversations.
func (s *Store) wantedConversations(ctx context.Context, q ledger.CallQuery) ([]string, error) {
	ask := func(from time.Time) (ids []string, err error) {
		later := q
		later.From = from
		var d dialect
		asked, err := sqlbuild.Conversations(&d, later)
		if err != nil {
			return nil, err
		}
		var f fields
		var id string
		f.Text("id", &id)
		err = s.each(ctx, "wanted_conversations.sql", asked, d.parameters, &f, func() { ids = append(ids, id) })
		return ids, err
	}
	if !newestFirst(&q) {
		return ask(q.From)
	}
	return recentFirst(q.From, q.Until, cmp.Or(q.Limit, ledger.DefaultTraces), ask)
}
