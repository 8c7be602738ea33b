package clickhouse

import (
	"context"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// MigrateTo stops after a version, as an earlier binary would have.
func (s *Store) MigrateTo(ctx context.Context, version int) error { return s.migrate(ctx, version) }

// Database is the name of the store's database.
func (s *Store) Database() string { return s.database }

// Replicate makes a statement of the schema that of a replica.
func Replicate(statement string) string { return replicate(statement) }

// SplitAndJoin takes a bill apart and puts it together again; apart says
// whether it could be taken apart.
func SplitAndJoin(items string, used usage.Counts) (again string, apart bool) {
	var writer, reader lineItems
	rates, quantities, ok := writer.split(items, &used, nil)
	if !ok {
		return "", false
	}
	return reader.join(rates, quantities, &used), true
}

// Splitter takes one bill after the other apart.
type Splitter struct{ items lineItems }

// Split returns what becomes of a bill.
func (s *Splitter) Split(items string, used usage.Counts) (rates string, quantities []int64, apart bool) {
	return s.items.split(items, &used, nil)
}

// Ask runs a question and leaves its answer.
func Ask(ctx context.Context, s *Store, question string) error {
	var answer proto.ColUInt8
	return s.do(ctx, ch.Query{Body: question, Result: proto.Results{{Name: "n", Data: &answer}}, OnResult: func(context.Context, proto.Block) error {
		answer.Reset()
		return nil
	}})
}
