package main

import (
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

// newer address a ledger with calls, of each kind, that a newer release has migrated.
var newer = map[string]func(t *testing.T) (dsn string){
	"DuckDB": func(t *testing.T) string {
		dsn := engines["DuckDB"](t)
		fillLedger(t, dsn)
		file, _ := duckdbFile(dsn)
		db, err := sql.Open("duckdb", file)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), ofTheFuture)
		require.NoError(t, err)
		require.NoError(t, db.Close())
		return dsn
	},
	"ClickHouse": func(t *testing.T) string {
		server, database := clickhousetest.Shared(t)
		fillLedger(t, server.DSN(database))
		_, err := server.QueryIn(t.Context(), database, ofTheFuture)
		require.NoError(t, err)
		return server.DSN(database)
	},
}

const ofTheFuture = "INSERT INTO ledger_schema (version, name) VALUES (9999, 'of the future')"

func TestLedger_OfANewerReleaseIsRefusedByName(t *testing.T) {
	month := time.Now().UTC().AddDate(0, -1, 0).Format("2006-01")
	for engine, open := range newer {
		t.Run(engine, func(t *testing.T) {
			dsn, book := open(t), t.TempDir()
			for _, line := range []string{
				"retention", "report cost", "report latency", "digest", "traces", "logs", "mcp", "export -",
				"chargeback --month " + month + " --book " + book,
				"chargeback close --accept-unpriced --month " + month + " --book " + book,
			} {
				stdout, stderr, code := run(t, append(strings.Fields(line), "--store", dsn)...)
				assert.Equal(t, exitFailed, code, line)
				assert.Empty(t, stdout, line)
				assert.Contains(t, stderr, "ledger schema is version 9999", line)
				assert.Contains(t, stderr, "run a newer spanledger", line)
			}
			closed, err := os.ReadDir(book)
			require.NoError(t, err)
			assert.Empty(t, closed, "no month is closed")
			stdout, _, code := run(t, "check", "--store", dsn)
			assert.Equal(t, exitFailed, code)
			assert.Contains(t, stdout, "version 9999, but this binary knows")
		})
	}
}
