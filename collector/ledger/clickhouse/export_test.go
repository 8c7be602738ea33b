package clickhouse

import (
	"context"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// MigrateTo stops after a version, as an earlier binary would have.
func (s *Store) MigrateTo(ctx context.Context, version int) error { return s.migrate(ctx, version) }

// Database is the name of the store's database.
func (s *Store) Database() string { return s.database }

// Replicate makes a statement of the schema that of a replica.
func Replicate(statement string) string { return replicate(statement) }

// Ask runs a question and leaves its answer.
func Ask(ctx context.Context, s *Store, question string) error {
	var answer proto.ColUInt8
	return s.do(ctx, ch.Query{Body: question, Result: proto.Results{{Name: "n", Data: &answer}}, OnResult: func(context.Context, proto.Block) error {
		answer.Reset()
		return nil
	}})
}

// SumUpHours is a refresh of hours that began at an instant.
func (s *Store) SumUpHours(ctx context.Context, begun time.Time, hours ...time.Time) error {
	return s.sumUpWithoutForgotten(ctx, refreshes[0], begun, hours)
}

// Plan is how the server answers a question.
func Plan(ctx context.Context, s *Store, q ledger.Query) (plan string, err error) {
	var d dialect
	asked, err := s.aggregation(ctx, &d, q)
	if err != nil {
		return "", err
	}
	statement, err := render(asked.Template(), asked)
	if err != nil {
		return "", err
	}
	var f fields
	var line string
	f.Text("explain", &line)
	err = s.eachRow(ctx, "EXPLAIN "+statement, d.parameters, &f, func() { plan += line + "\n" })
	return plan, err
}

// CallColumns has the columns of calls, in the same memory for each batch.
type CallColumns struct{ block *block[ledger.Call] }

func NewCallColumns() CallColumns { return CallColumns{newCallBlock()} }

// Fill makes the columns of calls, as Write does.
func (c CallColumns) Fill(calls []ledger.Call) {
	c.block.reset()
	c.block.append(calls)
}

// Written names the columns that an INSERT has.
func (c CallColumns) Written() (names []string) {
	for _, column := range c.block.input() {
		names = append(names, column.Name)
	}
	return names
}

// Read returns the calls that the columns hold.
func (c CallColumns) Read() (calls []ledger.Call) {
	c.block.results()
	c.block.read(func(rows []ledger.Call) { calls = append(calls, rows...) })
	return calls
}
