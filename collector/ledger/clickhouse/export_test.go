package clickhouse

import (
	"context"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
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
