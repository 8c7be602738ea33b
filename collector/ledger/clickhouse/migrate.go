package clickhouse

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
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
	nodes, err := s.migrating(ctx)
	if err != nil {
		return err
	}
	have, err := reached(ctx, nodes)
	switch {
	case err != nil:
		return err
	case have > len(steps) && last == 0:
		return &ledger.SchemaNewerError{Have: have, Known: len(steps)}
	case have >= len(steps):
		return nil
	}
	// One lock serves all nodes: every process takes that of the first.
	if err := nodes[0].lock(ctx); err != nil {
		return err
	}
	defer nodes[0].unlock(ctx)
	if err := s.apply(ctx, nodes, steps); err != nil || last != 0 {
		return err
	}
	for _, n := range nodes {
		if err := n.limitAgain(ctx); err != nil {
			return fmt.Errorf("retention on %s: %w", n.options.Address, err)
		}
	}
	return nil
}

// limitAgain puts the retention that was set in place of that of the schema: a
// process whose lock was taken, because it was slow, may have run a statement
// of the schema after another had migrated and someone had set a retention.
func (s *Store) limitAgain(ctx context.Context) error {
	for done := ledger.DefaultRetention; ; {
		kept, err := s.retention(ctx)
		if err != nil || kept == done {
			return err
		}
		if err := s.limit(ctx, kept); err != nil {
			return err
		}
		done = kept
	}
}

// migrating is the servers whose schema is brought up to date, with their
// database: the one server, or every node of the cluster.
func (s *Store) migrating(ctx context.Context) ([]*Store, error) {
	servers := []*Store{s}
	if s.cluster.name != "" {
		nodes, err := s.layout(ctx)
		if err != nil {
			return nil, err
		}
		servers = servers[:0]
		for _, n := range nodes {
			servers = append(servers, n.Store)
		}
	} else if err := s.notOfACluster(ctx); err != nil {
		return nil, err
	}
	return servers, nil
}

// notOfACluster keeps a schema of a single server out of the database of a
// cluster, whose tables have the same names.
func (s *Store) notOfACluster(ctx context.Context) error {
	var name proto.ColStr
	if err := s.doOutside(ctx, ch.Query{
		Body: `SELECT extract(engine_full, '^Distributed\\(\'([^\']+)') AS cluster FROM system.tables
			WHERE database = {database:String} AND name = {table:String} AND engine = 'Distributed'`,
		Parameters: []proto.Parameter{parameter("database", s.database), parameter("table", callTable)},
		Result:     proto.Results{{Name: "cluster", Data: &name}},
	}); err != nil {
		return err
	}
	if name.Rows() > 0 {
		return &ClusterError{Cluster: name.Row(0), Reason: "has the tables of this ledger: add cluster=" + name.Row(0) + " to the address"}
	}
	return nil
}

// reached is the version that every server has. One that does not answer is
// no obstacle while the others need nothing done.
func reached(ctx context.Context, servers []*Store) (int, error) {
	least, found := 0, false
	var unreachable error
	for _, s := range servers {
		have, err := s.known(ctx)
		if err != nil && !ch.IsException(err) && len(servers) > 1 {
			unreachable = errors.Join(unreachable, fmt.Errorf("%s: %w", s.options.Address, err))
			continue
		}
		if err != nil {
			return 0, err
		}
		if !found || have < least {
			least, found = have, true
		}
	}
	if !found {
		return 0, unreachable
	}
	return least, nil
}

// known is the version a server has; 0 when it has no schema.
func (s *Store) known(ctx context.Context) (int, error) {
	if err := s.createDatabase(ctx); err != nil {
		return 0, err
	}
	have, err := s.version(ctx)
	if ch.IsErr(err, proto.ErrUnknownTable) {
		return 0, nil
	}
	return have, err
}

// apply runs the steps that a server has not seen, each statement on all of
// them before the next: replicas of a shard agree on a table's columns.
func (s *Store) apply(ctx context.Context, servers []*Store, steps []migration.Migration) error {
	have := make([]int, len(servers))
	for i, server := range servers {
		if err := server.exec(ctx, `CREATE TABLE IF NOT EXISTS ledger_schema
			(version UInt32, name String, applied DateTime('UTC') DEFAULT now('UTC'))
			ENGINE = ReplacingMergeTree ORDER BY version`); err != nil {
			return err
		}
		version, err := server.version(ctx)
		if err != nil {
			return err
		}
		have[i] = version
	}
	for _, step := range steps {
		if slices.Min(have) >= step.Version {
			continue
		}
		for _, statement := range step.Statements {
			if s.cluster.replicated {
				statement = replicate(statement)
			}
			for i, server := range servers {
				if have[i] >= step.Version {
					continue
				}
				// Another process may have taken the lock of a slow one, and be done.
				version, err := server.version(ctx)
				if err != nil {
					return err
				}
				if have[i] = version; version >= step.Version {
					continue
				}
				if err := server.exec(ctx, statement); err != nil {
					return fmt.Errorf("version %d (%s) on %s: %w", step.Version, step.Name, server.options.Address, err)
				}
			}
		}
		if s.cluster.name != "" && step.Version == len(steps) {
			for _, server := range servers {
				if err := s.distribute(ctx, server); err != nil {
					return fmt.Errorf("distributed tables on %s: %w", server.options.Address, err)
				}
			}
		}
		for i, server := range servers {
			if have[i] >= step.Version {
				continue
			}
			if err := server.do(ctx, ch.Query{
				Body:       "INSERT INTO ledger_schema (version, name) SELECT {version:UInt32}, {name:String}",
				Parameters: []proto.Parameter{parameter("version", fmt.Sprint(step.Version)), parameter("name", step.Name)},
			}); err != nil {
				return err
			}
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
