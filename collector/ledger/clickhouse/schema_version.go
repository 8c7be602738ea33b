package clickhouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger/internal/migration"
)

// SchemaVersion implements ledger.Store.
func (s *Store) SchemaVersion(ctx context.Context) (have, known int, err error) {
	steps, err := migration.Load(schema, "schema")
	if err != nil {
		return 0, 0, err
	}
	if err := s.findDatabase(ctx); err != nil {
		return 0, 0, s.wrap("schema version", err)
	}
	have, err = s.version(ctx)
	if err != nil {
		return 0, 0, s.wrap("schema version", err)
	}
	return have, len(steps), nil
}

// Identity implements ledger.Store. A server knows itself under every name of it; the
// ledger of a cluster is the same at each of its servers.
func (s *Store) Identity(ctx context.Context) (string, error) {
	if s.cluster.name != "" {
		return fmt.Sprintf("clickhouse cluster %s, database %s", s.cluster.name, s.database), nil
	}
	var server proto.ColStr
	if err := s.doOutside(ctx, ch.Query{
		Body:   "SELECT toString(serverUUID()) AS server",
		Result: proto.Results{{Name: "server", Data: &server}},
	}); err != nil {
		return "", s.wrap("identity", err)
	}
	return fmt.Sprintf("clickhouse server %s, database %s", server.Row(0), s.database), nil
}
