package clickhouse

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/migration"
)

//go:embed schema/*.sql
var schema embed.FS

const (
	// lockTable exists while a process migrates: CREATE TABLE is the one
	// statement that only one of several callers can win.
	lockTable = "ledger_schema_lock"
	// lockLimit is when a lock counts as left behind by a crash. Every
	// statement of a migration may run twice, so that a process which is merely
	// slow does no harm when its lock is taken.
	lockLimit = time.Minute
	lockPoll  = 200 * time.Millisecond
)

// Migrate creates the database when absent and applies the steps it has not
// seen.
func (s *Store) Migrate(ctx context.Context) error {
	return s.wrap("migrate", s.migrate(ctx, 0))
}

// migrate stops after version last; 0 is the newest.
func (s *Store) migrate(ctx context.Context, last int) error {
	steps, err := migration.Load(schema, "schema")
	if err != nil {
		return err
	}
	if last != 0 {
		steps = steps[:last]
	}
	if err := s.createDatabase(ctx); err != nil {
		return err
	}
	have, err := s.version(ctx)
	switch {
	case ch.IsErr(err, proto.ErrUnknownTable):
	case err != nil:
		return err
	case have > len(steps) && last == 0:
		return &ledger.SchemaNewerError{Have: have, Known: len(steps)}
	case have >= len(steps):
		return nil
	}
	if err := s.lock(ctx); err != nil {
		return err
	}
	defer s.unlock(ctx)
	return s.apply(ctx, steps)
}

func (s *Store) apply(ctx context.Context, steps []migration.Migration) error {
	if err := s.exec(ctx, `CREATE TABLE IF NOT EXISTS ledger_schema
		(version UInt32, name String, applied DateTime('UTC') DEFAULT now('UTC'))
		ENGINE = ReplacingMergeTree ORDER BY version`); err != nil {
		return err
	}
	have, err := s.version(ctx)
	if err != nil {
		return err
	}
	for _, step := range steps[min(have, len(steps)):] {
		for _, statement := range step.Statements {
			if err := s.exec(ctx, statement); err != nil {
				return fmt.Errorf("version %d (%s): %w", step.Version, step.Name, err)
			}
		}
		if err := s.do(ctx, ch.Query{
			Body:       "INSERT INTO ledger_schema (version, name) SELECT {version:UInt32}, {name:String}",
			Parameters: []proto.Parameter{parameter("version", fmt.Sprint(step.Version)), parameter("name", step.Name)},
		}); err != nil {
			return err
		}
	}
	return nil
}

// version is the newest step that was applied.
func (s *Store) version(ctx context.Context) (int, error) {
	var version proto.ColUInt32
	err := s.do(ctx, ch.Query{
		Body:   "SELECT max(version) AS version FROM ledger_schema",
		Result: proto.Results{{Name: "version", Data: &version}},
	})
	if err != nil || len(version) == 0 {
		return 0, err
	}
	return int(version[0]), nil
}

func (s *Store) lock(ctx context.Context) error {
	for {
		err := s.exec(ctx, "CREATE TABLE "+lockTable+" (x UInt8) ENGINE = Memory")
		if !ch.IsErr(err, proto.ErrTableAlreadyExists) {
			return err
		}
		age, err := s.lockAge(ctx)
		if err != nil {
			return err
		}
		if age > lockLimit {
			s.unlock(ctx)
			continue
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another process is migrating: %w", ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

func (s *Store) lockAge(ctx context.Context) (time.Duration, error) {
	var seconds proto.ColInt64
	err := s.do(ctx, ch.Query{
		Body: `SELECT toInt64(dateDiff('second', metadata_modification_time, now())) AS age
			FROM system.tables WHERE database = currentDatabase() AND name = '` + lockTable + `'`,
		Result: proto.Results{{Name: "age", Data: &seconds}},
	})
	if err != nil || len(seconds) == 0 {
		return 0, err
	}
	return time.Duration(seconds[0]) * time.Second, nil
}

// unlock gives up the lock even when ctx has ended meanwhile. A lock that stays
// is taken after lockLimit.
func (s *Store) unlock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dialTimeout)
	defer cancel()
	_ = s.exec(ctx, "DROP TABLE IF EXISTS "+lockTable+" SYNC")
}

func (s *Store) exec(ctx context.Context, statement string) error {
	return s.do(ctx, ch.Query{Body: statement})
}
