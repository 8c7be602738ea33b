package duckdb

import (
	"context"

	"github.com/duckdb/duckdb-go/v2/mapping"

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
	sums, err := s.contextSums(ctx, statement, &d, len(q.By), s.sql.threads)
	if err != nil || !sums.Full() {
		return sums.Uses(), err
	}
	// Which of many tools are listed separately depends on the order of the calls.
	sums, err = s.contextSums(ctx, statement, &d, len(q.By), 1)
	return sums.Uses(), err
}

// contextSums has a number of goroutines read the calls: to read their texts takes longer than
// to find them.
func (s *Store) contextSums(ctx context.Context, statement string, d *dialect, dimensions, readers int) (*ledger.ContextSums, error) {
	sums := make([]ledger.ContextSums, readers)
	tables, see := make([]*table[contextCall], readers), make([]func(*contextCall) error, readers)
	for i := range sums {
		key := make([]string, dimensions)
		tables[i], see[i] = contextCalls(key), func(c *contextCall) error {
			sums[i].Add(key, c.tokens, c.items, c.shares)
			return nil
		}
	}
	err := onConnection(ctx, s, func(conn mapping.Connection) error {
		a, err := s.sql.ask(ctx, conn, statement, d.args)
		if err != nil {
			return err
		}
		defer a.close()
		return readTogether(ctx, a, tables, see)
	})
	for i := range sums[1:] {
		sums[0].Merge(&sums[1+i])
	}
	return &sums[0], err
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
	t.columns = append(t.columns, column[contextCall]{name: "place", types: ofNumber, read: func(*vector, int, *contextCall) {}})
	for i := range key {
		t.columns = append(t.columns, passing("key", func(*contextCall) *string { return &key[i] }))
	}
	return t
}
