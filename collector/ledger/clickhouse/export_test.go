package clickhouse

import "context"

// MigrateTo stops after a version, as an earlier binary would have.
func (s *Store) MigrateTo(ctx context.Context, version int) error { return s.migrate(ctx, version) }

// Database is the name of the store's database.
func (s *Store) Database() string { return s.database }

// Replicate makes a statement of the schema that of a replica.
func Replicate(statement string) string { return replicate(statement) }
