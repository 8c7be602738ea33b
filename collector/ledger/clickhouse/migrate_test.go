package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/internal/migration"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// versions are the numbers of the schema, from 1.
func versions(t *testing.T) int {
	t.Helper()
	steps, err := filepath.Glob(filepath.Join("schema", "*.sql"))
	if err != nil || len(steps) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	return len(steps)
}

// execute runs statements in a database, over HTTP.
func execute(t *testing.T, server *clickhousetest.Server, database string, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := server.QueryIn(t.Context(), database, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func openAlone(t testing.TB, dsn string) *clickhouse.Store {
	t.Helper()
	store, err := clickhouse.Open(context.WithoutCancel(t.Context()), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestMigrate_EveryEarlierVersionUpgradesWithItsData(t *testing.T) {
	fixtures, err := migration.Load(os.DirFS("testdata"), "upgrade")
	if err != nil {
		t.Fatal(err)
	}
	if want := versions(t) - 1; len(fixtures) < want {
		t.Errorf("testdata/upgrade says what %d versions left, expected all %d before the newest", len(fixtures), want)
	}
	for version := 1; version <= len(fixtures); version++ {
		t.Run(fmt.Sprintf("version %d", version), func(t *testing.T) {
			server, database := clickhousetest.Shared(t)
			store := openAlone(t, server.DSN(database))
			for _, f := range fixtures[:version] {
				if err := store.MigrateTo(t.Context(), f.Version); err != nil {
					t.Fatal(err)
				}
				execute(t, server, database, f.Statements...)
			}
			if err := store.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			// Tests do not wait for an hour to be quiet.
			execute(t, server, database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)")
			ledgertest.RunUpgrade(t, store, version)
			if version >= 5 {
				compact, err := server.QueryIn(t.Context(), database, "SELECT cost_line_items FROM llm_calls WHERE span_id = '0000000000000007' AND request_model = 'gpt-5'")
				if want := `[{"kind":"input","quantity":1,"rate_usd":"250000","per":1000000,"cost_usd":"0.25"}]`; err != nil || strings.TrimSpace(compact) != want {
					t.Errorf("the bill of version 5: %q, %v", compact, err)
				}
			}
			if version >= 6 {
				prefixes, err := server.QueryIn(t.Context(), database, "SELECT count() FROM llm_calls WHERE prompt_prefix = '00ff00ff00ff00ff' AND prompt_prefix_tokens = 1")
				if err != nil || strings.TrimSpace(prefixes) != "1" {
					t.Errorf("%q prompt prefixes of version 6, expected 1: %v", prefixes, err)
				}
			}
			if version >= 7 {
				kept, err := server.QueryIn(t.Context(), database, `SELECT department, application, step, provider, response_model, finish_reasons, cost_flags,
					status_code, annotated_pages, audio_seconds FROM llm_calls WHERE span_id = '0000000000000007' AND request_model = 'gpt-5'`)
				if want := "legal\t\tsum up\topenai\t\t['stop','']\t[]\t200\t5\t6"; err != nil || kept != want {
					t.Errorf("the call of version 7: %q, %v", kept, err)
				}
			}
			if version >= 8 {
				kept, err := server.QueryIn(t.Context(), database, `SELECT x_searches, collection_searches, citation_tokens, usage_fields
					FROM llm_calls WHERE span_id = '0000000000000007' AND request_model = 'gpt-5'`)
				want := "7\t8\t0\t0"
				if version >= 9 {
					want = "7\t8\t9\t30"
				}
				if err != nil || kept != want {
					t.Errorf("the call of version 8: %q, %v", kept, err)
				}
			}
			if version >= 9 {
				kept, err := server.QueryIn(t.Context(), database, `SELECT step, prompt_name, prompt_version, purpose, prompt_parts
					FROM llm_calls WHERE span_id = '0000000000000007' AND request_model = 'gpt-5'`)
				if want := "sum up\t\t\t\t"; err != nil || kept != want {
					t.Errorf("the prompt of the call of version 9: %q, %v", kept, err)
				}
			}
			if version >= 10 {
				kept, err := server.QueryIn(t.Context(), database, `SELECT aborted, video_seconds, characters, nano_credits
					FROM llm_calls WHERE span_id = '0000000000000007' AND request_model = 'gpt-5'`)
				want := "true\t0\t0\t0"
				if version >= 11 {
					want = "true\t3\t4\t0"
				}
				if version >= 13 {
					want = "true\t3\t4\t9"
				}
				if err != nil || kept != want {
					t.Errorf("the call of version 10: %q, %v", kept, err)
				}
			}
			if version >= 13 {
				credits, err := server.QueryIn(t.Context(), database, "SELECT sum(nano_credits), (SELECT sum(nano_credits) FROM llm_calls WHERE billable) FROM cost_hourly")
				if rolled, detail, _ := strings.Cut(strings.TrimSpace(credits), "\t"); err != nil || rolled != detail || rolled == "0" {
					t.Errorf("the credits of the rollups and of the calls of version 13: %q, %v", credits, err)
				}
			}
			if version >= 12 {
				kept, err := server.QueryIn(t.Context(), database, "SELECT name, score, label, trace_id FROM evaluations")
				if want := "faithfulness\t0.5\tfair\tfeedfacecafebeef0000000000000002"; err != nil || kept != want {
					t.Errorf("the score of version 12: %q, expected %q: %v", kept, want, err)
				}
			}
		})
	}
}

// A migrator that was only slow, and had its lock taken, runs every statement
// once more.
func TestMigrate_StepsMayRunTwice(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store := openAlone(t, server.DSN(database))
	if err := store.MigrateTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	fixtures, err := migration.Load(os.DirFS("testdata"), "upgrade")
	if err != nil {
		t.Fatal(err)
	}
	execute(t, server, database, fixtures[0].Statements...)
	for range 2 {
		if err := store.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		execute(t, server, database, "TRUNCATE TABLE ledger_schema")
	}
	execute(t, server, database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)")
	ledgertest.RunUpgrade(t, store, 1)
}

func TestMigrate_SeveralCollectorsMigrateAtOnce(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	const collectors = 6
	stores := make([]*clickhouse.Store, collectors)
	for i := range stores {
		stores[i] = openAlone(t, server.DSN(database))
	}
	var migrating sync.WaitGroup
	for i, store := range stores {
		migrating.Go(func() {
			if err := store.Migrate(t.Context()); err != nil {
				t.Errorf("collector %d: %v", i, err)
			}
			if err := store.Write(t.Context(), ledger.Batch{Calls: ledgertest.RandomCalls(10, uint64(i))}); err != nil {
				t.Errorf("collector %d: %v", i, err)
			}
		})
	}
	migrating.Wait()
	applied, err := server.QueryIn(t.Context(), database, "SELECT count(), uniqExact(version), max(version) FROM ledger_schema")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%[1]d\t%[1]d\t%[1]d", versions(t)); applied != want {
		t.Errorf("steps applied: %s, expected each once: %s", applied, want)
	}
	if locks, err := server.QueryIn(t.Context(), database, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'ledger_schema_lock'"); err != nil || locks != "0" {
		t.Errorf("locks left: %s, %v", locks, err)
	}
}

func TestMigrate_ALockIsWaitedFor(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store := openAlone(t, server.DSN(database))
	if err := store.MigrateTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	execute(t, server, database, "CREATE TABLE ledger_schema_lock (x UInt8) ENGINE = Memory")
	ctx, cancel := context.WithCancel(t.Context())
	migrated := make(chan error, 1)
	go func() { migrated <- store.Migrate(ctx) }()
	cancel()
	if err := <-migrated; !errors.Is(err, context.Canceled) {
		t.Errorf("with the lock held: %v", err)
	}
	execute(t, server, database, "DROP TABLE ledger_schema_lock SYNC")
	if err := store.Migrate(t.Context()); err != nil {
		t.Errorf("with the lock given up: %v", err)
	}
}

func TestMigrate_ASchemaOfANewerBinaryIsRefused(t *testing.T) {
	store := open(t)
	server, _ := clickhousetest.Shared(t)
	execute(t, server, store.Database(), "INSERT INTO ledger_schema (version, name) VALUES (9999, 'of the future')")
	err := store.Migrate(t.Context())
	var newer *ledger.SchemaNewerError
	if !errors.As(err, &newer) || newer.Have != 9999 || newer.Known != versions(t) {
		t.Errorf("unexpected answer: %v", err)
	}
	if !strings.Contains(err.Error(), "run a newer spanledger") {
		t.Errorf("no hint in %q", err)
	}
}
