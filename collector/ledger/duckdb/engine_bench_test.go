package duckdb_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// BenchmarkEngine copies the rows of BenchmarkIngest with DuckDB alone, from its
// memory to a file, in commits of as many rows as there and all at once. It reports
// the CPU time a row, with the checkpoint at the end: what no store on DuckDB with
// these tables can be below.
func BenchmarkEngine(b *testing.B) {
	const size, batches = 10_000, 50
	ctx := b.Context()
	path := filepath.Join(b.TempDir(), "ledger.duckdb")
	store := open(b, path)
	rows := newIngestRows(loads[0], time.Now().Add(-time.Hour))
	for range batches {
		written := []ledger.Batch{rows.next(size)}
		settle.PrepareFor(store, written)
		if err := store.Write(ctx, written...); err != nil {
			b.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("duckdb", path)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(statement string, args ...any) {
		b.Helper()
		if _, err := db.ExecContext(ctx, fmt.Sprintf(statement, args...)); err != nil {
			b.Fatal(err)
		}
	}
	tables := map[string]int{"llm_call_rows": 0, "agent_span_rows": 0}
	do("SET threads = 1")
	do("SET memory_limit = '4GB'")
	do("SET checkpoint_threshold = '64MB'")
	do("ATTACH ':memory:' AS source")
	for table := range tables {
		do("CREATE TABLE source.%s AS FROM %s", table, table)
		var n int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM source."+table).Scan(&n); err != nil {
			b.Fatal(err)
		}
		tables[table] = n
	}
	if n := tables["llm_call_rows"] + tables["agent_span_rows"]; n != size*batches {
		b.Fatalf("%d rows, not %d", n, size*batches)
	}
	for _, commits := range []int{batches, 1} {
		b.Run(fmt.Sprintf("%d commits", commits), func(b *testing.B) {
			var spent time.Duration
			for range b.N {
				file := filepath.Join(b.TempDir(), "copy.duckdb")
				do("ATTACH '%s' AS copy (STORAGE_VERSION 'v1.4.0')", file)
				for table := range tables {
					do("CREATE TABLE copy.%s AS FROM source.%s LIMIT 0", table, table)
				}
				before := processCPU(b)
				for i := range commits {
					for table, n := range tables {
						do("INSERT INTO copy.%[1]s FROM source.%[1]s WHERE rowid >= %[2]d AND rowid < %[3]d", table, i*n/commits, (i+1)*n/commits)
					}
				}
				do("CHECKPOINT copy")
				spent += processCPU(b) - before
				do("DETACH copy")
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N*size*batches), "cpu-ns/row")
			b.ReportMetric(0, "ns/op")
		})
	}
}
