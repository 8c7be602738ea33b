package duckdb

import (
	"context"

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
	var sums ledger.ContextSums
	key := make([]string, len(q.By))
	err = eachRow(ctx, s, contextCalls(key), statement, d.args, func(c *contextCall) error {
		sums.Add(key, c.tokens, c.items, c.shares)
		return nil
	})
	return sums.Uses(), err
}

// contextCall is a row of contexts.sql. Its texts hold until the next one: each is looked at
// once, and to copy them takes longer than the rest.
type contextCall struct {
	tokens        int64
	items, shares string
}

// contextCalls reads the values of the dimensions into key.
func contextCalls(key []string) *table[contextCall] {
	t := &table[contextCall]{name: "contexts", columns: []column[contextCall]{
		count("input_tokens", func(c *contextCall) *int64 { return &c.tokens }),
		passing("cost_line_items", func(c *contextCall) *string { return &c.items }),
		passing("prompt_shares", func(c *contextCall) *string { return &c.shares }),
	}}
	for i := range key {
		t.columns = append(t.columns, passing("key", func(*contextCall) *string { return &key[i] }))
	}
	return t
}
