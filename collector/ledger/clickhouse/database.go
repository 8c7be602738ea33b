package clickhouse

import (
	"context"
	"errors"
	"fmt"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// findDatabase makes sure the database exists before a connection asks for it:
// a server refuses the connection otherwise, and does not say so in one way.
func (s *Store) findDatabase(ctx context.Context) error {
	if s.found.Load() {
		return nil
	}
	var number proto.ColUInt64
	if err := s.doOutside(ctx, ch.Query{
		Body:       "SELECT count() AS number FROM system.databases WHERE name = {database:String}",
		Parameters: []proto.Parameter{parameter("database", s.database)},
		Result:     proto.Results{{Name: "number", Data: &number}},
	}); err != nil {
		return err
	}
	if len(number) == 0 || number[0] == 0 {
		return fmt.Errorf("%w (no database %s)", ledger.ErrNoSchema, s.database)
	}
	s.found.Store(true)
	return nil
}

func (s *Store) createDatabase(ctx context.Context) error {
	if s.found.Load() {
		return nil
	}
	if err := s.doOutside(ctx, ch.Query{Body: "CREATE DATABASE IF NOT EXISTS `" + s.database + "`"}); err != nil {
		return err
	}
	s.found.Store(true)
	return nil
}

// doOutside runs a statement on a connection of its own, in no database.
func (s *Store) doOutside(ctx context.Context, query ch.Query) error {
	options := s.options
	options.Database = ""
	client, err := ch.Dial(ctx, options)
	if err != nil {
		return unanswered(ctx, err)
	}
	return errors.Join(watched(ctx, query, client.Do), client.Close())
}
