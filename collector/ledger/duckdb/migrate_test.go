package duckdb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
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

func openAlone(t *testing.T, path string) *duckdb.Store {
	t.Helper()
	store, err := duckdb.Open(context.Background(), path)
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
			store := openAlone(t, filepath.Join(t.TempDir(), "ledger.duckdb"))
			for _, f := range fixtures[:version] {
				if err := store.MigrateTo(t.Context(), f.Version); err != nil {
					t.Fatal(err)
				}
				for _, statement := range f.Statements {
					if _, err := store.SQL().ExecContext(t.Context(), statement); err != nil {
						t.Fatalf("%s: %v", statement, err)
					}
				}
			}
			if err := store.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			ledgertest.RunUpgrade(t, store, version)
			if version >= 5 {
				var prefixes int
				if err := store.SQL().QueryRow("SELECT count(*) FROM llm_calls WHERE prompt_prefix = '00ff00ff00ff00ff' AND prompt_prefix_tokens = 1").Scan(&prefixes); err != nil || prefixes != 1 {
					t.Errorf("%d prompt prefixes of version 5, expected 1: %v", prefixes, err)
				}
			}
			if version >= 6 {
				var units string
				if err := store.SQL().QueryRow("SELECT concat_ws(' ', annotated_pages, audio_seconds, x_searches, collection_searches) FROM llm_calls WHERE x_searches > 0").Scan(&units); err != nil || units != "5 6 7 8" {
					t.Errorf("units of version 6: %q, expected 5 6 7 8: %v", units, err)
				}
			}
			if version >= 7 {
				var units string
				if err := store.SQL().QueryRow("SELECT concat_ws(' ', citation_tokens, usage_fields, '[' || prompt_name || prompt_version || purpose || prompt_parts || ']') FROM llm_calls WHERE x_searches > 0").Scan(&units); err != nil || units != "9 30 []" {
					t.Errorf("the call of version 7: %q, expected 9 30 []: %v", units, err)
				}
			}
			if version >= 8 {
				var kept string
				want := "true 0 0 0"
				if version >= 9 {
					want = "true 3 4 0"
				}
				if version >= 11 {
					want = "true 3 4 9"
				}
				if err := store.SQL().QueryRow("SELECT concat_ws(' ', aborted, video_seconds, characters, nano_credits) FROM llm_calls WHERE x_searches > 0").Scan(&kept); err != nil || kept != want {
					t.Errorf("the call of version 8: %q, expected %s: %v", kept, want, err)
				}
			}
			if version >= 11 {
				var rolled, detail int64
				if err := store.SQL().QueryRow("SELECT sum(nano_credits)::BIGINT, (SELECT sum(nano_credits)::BIGINT FROM llm_calls WHERE billable) FROM cost_hourly").Scan(&rolled, &detail); err != nil || rolled != detail || rolled == 0 {
					t.Errorf("the credits of the rollups and of the calls of version 11: %d and %d, %v", rolled, detail, err)
				}
			}
			if version >= 10 {
				var kept string
				if err := store.SQL().QueryRow("SELECT concat_ws(' ', name, score, label, trace_id) FROM evaluations").Scan(&kept); err != nil || kept != "faithfulness 0.500000000000000000 fair feedfacecafebeef0000000000000002" {
					t.Errorf("the score of version 10: %q, %v", kept, err)
				}
			}
		})
	}
}

func TestMigrate_SeveralOpenersMigrateAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.duckdb")
	stores := make([]*duckdb.Store, 6)
	for i := range stores {
		stores[i] = openAlone(t, path)
	}
	var migrating sync.WaitGroup
	for i, store := range stores {
		migrating.Go(func() {
			if err := store.Migrate(context.Background()); err != nil {
				t.Errorf("opener %d: %v", i, err)
			}
		})
	}
	migrating.Wait()
	var applied int
	if err := stores[0].SQL().QueryRow("SELECT count(*) FROM ledger_schema").Scan(&applied); err != nil || applied != versions(t) {
		t.Errorf("%d steps applied, expected %d: %v", applied, versions(t), err)
	}
}

// A report that is asked while the collector starts sees no schema or all of it.
func TestMigrate_QuestionsWaitForIt(t *testing.T) {
	store := openAlone(t, filepath.Join(t.TempDir(), "ledger.duckdb"))
	migrated := make(chan struct{})
	var asking sync.WaitGroup
	for range 2 {
		asking.Go(func() {
			for {
				_, err := store.Calls(t.Context(), time.Unix(0, 0), time.Now())
				if err != nil && !errors.Is(err, ledger.ErrNoSchema) {
					t.Error(err)
					return
				}
				select {
				case <-migrated:
					return
				default:
				}
			}
		})
	}
	if err := store.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
	close(migrated)
	asking.Wait()
}

func TestMigrate_AStepThatFailsLeavesNothing(t *testing.T) {
	store := openAlone(t, filepath.Join(t.TempDir(), "ledger.duckdb"))
	if err := store.MigrateTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	// The table is in the way of the last statements of the next step.
	if _, err := store.SQL().Exec("CREATE TABLE unpriced_models (x INTEGER)"); err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "migrate to version 2") {
		t.Fatalf("unexpected answer: %v", err)
	}
	if _, err := store.SQL().Exec("DROP TABLE unpriced_models"); err != nil {
		t.Fatal(err)
	}
	if err := store.Migrate(t.Context()); err != nil {
		t.Errorf("after the fix: %v", err)
	}
}

func TestMigrate_ASchemaOfANewerBinaryIsRefused(t *testing.T) {
	store := open(t, ":memory:")
	if _, err := store.SQL().Exec("INSERT INTO ledger_schema (version, name) VALUES (9999, 'of the future')"); err != nil {
		t.Fatal(err)
	}
	err := store.Migrate(t.Context())
	var newer *ledger.SchemaNewerError
	if !errors.As(err, &newer) || newer.Have != 9999 || newer.Known != versions(t) {
		t.Errorf("unexpected answer: %v", err)
	}
	if !strings.Contains(err.Error(), "run a newer spanledger") {
		t.Errorf("no hint in %q", err)
	}
}
