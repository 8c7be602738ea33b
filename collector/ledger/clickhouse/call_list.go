package clickhouse

import (
	"cmp"
	"context"

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
	if (q.Order == "" || q.Order == ledger.NewestFirst) && !q.Oldest && q.Trace.IsZero() {
		found, err = recentFirst(q.From, q.Until, cmp.Or(q.Limit, ledger.DefaultCalls), ask)
	} else {
		found, err = ask(q.From)
	}
	return found, s.wrap("calls", err)
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

// Conversations implements ledger.Reader.
func (s *Store) Conversations(ctx context.Context, q ledger.CallQuery) (found []ledger.Conversation, err error) {
	var d dialect
	asked, err := sqlbuild.Conversations(&d, q)
	if err != nil {
		return nil, err
	}
	var f fields
	var c ledger.Conversation
	columns.Conversation(&f, &c)
	err = s.each(ctx, "conversations.sql", asked, d.parameters, &f, func() { found = append(found, c) })
	return found, s.wrap("conversations", err)
}
