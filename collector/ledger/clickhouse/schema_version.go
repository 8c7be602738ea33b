package clickhouse

import (
	"context"

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
