package clickhouse

import (
	"context"
	"time"

	"github.com/ClickHouse/ch-go/proto"

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
	rows := s.callBlocks.Get().(*block[ledger.Call])
	defer s.callBlocks.Put(rows)
	rows.reset()
	asked.Columns = rows.columnList()
	statement, err := render("call_list.sql", asked)
	if err != nil {
		return nil, err
	}
	found, err := readRows(ctx, s, rows, statement, d.parameters)
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
	found, err := s.conversations(ctx, statement, d.parameters)
	return found, s.wrap("conversations", err)
}

func (s *Store) conversations(ctx context.Context, statement string, parameters []proto.Parameter) ([]ledger.Conversation, error) {
	var id, user, application proto.ColStr
	var start, last, firstInput, lastInput, maxInput proto.ColInt64
	var runs proto.ColUInt64
	var totals totalsColumns
	results := append(proto.Results{
		{Name: "id", Data: &id},
		{Name: "first", Data: &start},
		{Name: "last", Data: &last},
		{Name: "first_user", Data: &user},
		{Name: "first_application", Data: &application},
		{Name: "runs", Data: &runs},
		{Name: "first_input", Data: &firstInput},
		{Name: "last_input", Data: &lastInput},
		{Name: "max_input", Data: &maxInput},
	}, totals.results()...)
	var found []ledger.Conversation
	err := s.eachRow(ctx, statement, parameters, results, func(i int) {
		found = append(found, ledger.Conversation{
			ID: id.Row(i), Start: time.Unix(0, start[i]).UTC(), Last: time.Unix(0, last[i]).UTC(),
			User: user.Row(i), Application: application.Row(i), Runs: int64(runs[i]),
			FirstInput: firstInput[i], LastInput: lastInput[i], MaxInput: maxInput[i],
			Totals: totals.row(i),
		})
	})
	return found, err
}
