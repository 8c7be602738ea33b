package clickhouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Contexts implements ledger.Reader.
func (s *Store) Contexts(ctx context.Context, q ledger.ContextQuery) ([]ledger.ContextUse, error) {
	uses, err := s.contexts(ctx, q)
	return uses, s.wrap("contexts", err)
}

func (s *Store) contexts(ctx context.Context, q ledger.ContextQuery) ([]ledger.ContextUse, error) {
	var d dialect
	asked, err := sqlbuild.Contexts(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render("contexts.sql", asked)
	if err != nil {
		return nil, err
	}
	var input proto.ColInt64
	var items, shares proto.ColStr
	keys := make([]proto.ColStr, len(q.By))
	results := proto.Results{
		{Name: "input_tokens", Data: &input},
		{Name: "items", Data: &items},
		{Name: "shares", Data: &shares},
	}
	for i := range keys {
		results = append(results, proto.ResultColumn{Name: fmt.Sprintf("k%d", i), Data: &keys[i]})
	}
	var sums ledger.ContextSums
	key := make([]string, len(q.By))
	err = s.eachRow(ctx, statement, d.parameters, results, func(i int) {
		for k := range keys {
			key[k] = keys[k].Row(i)
		}
		sums.Add(key, input[i], items.Row(i), shares.Row(i))
	})
	return sums.Uses(), err
}
