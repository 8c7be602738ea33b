package upgradetest

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

func TestUpgrade_WhatAnEarlierVersionLeftIsCarriedOn(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs: -short leaves it out")
	}
	states, err := filepath.Glob("testdata/*")
	require.NoError(t, err)
	require.NotEmpty(t, states)
	for _, state := range states {
		t.Run(filepath.Base(state), func(t *testing.T) {
			data := t.TempDir()
			unpack(t, filepath.Join(state, "ledger.duckdb.gz"), filepath.Join(data, "ledger.duckdb"))
			unpack(t, filepath.Join(state, "queue.gz"), filepath.Join(data, "queue", "exporter_cost_ledger__traces"))
			dsn := "duckdb://" + filepath.Join(data, "ledger.duckdb")

			c := startCollector(t, filepath.Join(state, "otel-collector.yaml"), data, dsn)
			require.EventuallyWithT(t, func(ct *assert.CollectT) {
				calls, cost := bill(ct, parts.Spanledger(t), "--server", c.api)
				assert.Equal(ct, 5, calls, "two of the ledger, three of the queue")
				assert.Equal(ct, "0.01125", cost)
			}, time.Minute, 200*time.Millisecond)
			require.NoError(t, c.process.Stop(30*time.Second))

			have, known := schemaVersion(t, dsn)
			require.Equal(t, known, have)
			_, err := os.Stat(filepath.Join(data, "dead-letter.jsonl"))
			require.ErrorIs(t, err, os.ErrNotExist, "nothing of then is unreadable now")

			// And again: the next start finds nothing to do.
			startCollector(t, filepath.Join(state, "otel-collector.yaml"), data, dsn)
		})
	}
}

func TestUpgrade_ALedgerOfANewerVersionIsLeftAloneAndCanBeTakenBack(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs: -short leaves it out")
	}
	server, database := clickhousetest.Shared(t)
	folder := t.TempDir()
	for _, store := range []struct{ name, dsn, back string }{
		{"DuckDB", "duckdb://" + filepath.Join(folder, "ledger.duckdb"), "duckdb://" + filepath.Join(folder, "back.duckdb")},
		{"ClickHouse", server.DSN(database), server.DSN(database + "_back")},
	} {
		t.Run(store.name, func(t *testing.T) {
			fill(t, store.dsn)
			_, known := schemaVersion(t, store.dsn)
			mark := fmt.Sprintf("INSERT INTO ledger_schema (version, name) VALUES (%d, 'of the future')", known+1)
			if store.name == "ClickHouse" {
				_, err := server.Query(t.Context(), strings.Replace(mark, "ledger_schema", database+".ledger_schema", 1))
				require.NoError(t, err)
				t.Cleanup(func() { _, _ = server.Query(t.Context(), "DROP DATABASE IF EXISTS "+database+"_back") })
			} else {
				db, err := sql.Open("duckdb", filepath.Join(folder, "ledger.duckdb"))
				require.NoError(t, err)
				_, err = db.ExecContext(t.Context(), mark)
				require.NoError(t, err)
				require.NoError(t, db.Close())
			}
			both := []string{fmt.Sprintf("version %d", known+1), fmt.Sprintf("knows %d", known), "docs/upgrading.md"}

			// The collector does not start on it.
			data := t.TempDir()
			cmd := exec.CommandContext(t.Context(), parts.Spanledger(t), "collector", "--config", "../../../../otel-collector.yaml")
			cmd.Env = append(os.Environ(), environment(parts.Loopback(t), data, store.dsn)...)
			out, err := cmd.CombinedOutput()
			require.Error(t, err)
			for _, words := range both {
				require.Contains(t, string(out), words)
			}
			// check says the same.
			out, err = exec.CommandContext(t.Context(), parts.Spanledger(t), "check", "--store", store.dsn).CombinedOutput()
			require.Error(t, err)
			for _, words := range both {
				require.Contains(t, string(out), words)
			}
			// Its rows come back into a ledger of this version.
			out, err = exec.CommandContext(t.Context(), parts.Spanledger(t), "migrate", store.dsn, store.back).CombinedOutput()
			require.NoError(t, err, string(out))
			have, _ := schemaVersion(t, store.back)
			require.Equal(t, known, have)
			calls, cost := bill(t, parts.Spanledger(t), "--store", store.back)
			require.Equal(t, 2, calls)
			require.Equal(t, "0.0045", cost)
			startCollector(t, "../../../../otel-collector.yaml", t.TempDir(), store.back)
		})
	}
}

// fill copies the two calls of the oldest ledger that is kept.
func fill(t *testing.T, dsn string) {
	t.Helper()
	old := filepath.Join(t.TempDir(), "ledger.duckdb")
	unpack(t, "testdata/2026-11-23/ledger.duckdb.gz", old)
	out, err := exec.CommandContext(t.Context(), parts.Spanledger(t), "migrate", "duckdb://"+old, dsn).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "2 calls")
}

type collector struct {
	api     string // URL
	process *parts.Process
}

func startCollector(t *testing.T, config, data, dsn string) collector {
	t.Helper()
	host := parts.Loopback(t)
	p := parts.Run(t, parts.Spanledger(t), environment(host, data, dsn), "collector", "--config", config)
	p.Ready(t, "http://"+host+":13133/")
	return collector{"http://" + host + ":8890", p}
}

func environment(host, data, dsn string) []string {
	return []string{
		"SPANLEDGER_LISTEN=" + host, "SPANLEDGER_API=" + host + ":8890", "SPANLEDGER_DATA=" + data,
		"CLICKHOUSE_ENDPOINT=" + dsn, "JAEGER_ENDPOINT=127.0.0.1:1", // no one: traces are given up
	}
}

// bill is the number of calls in the ledger and their cost.
func bill(t require.TestingT, binary string, args ...string) (calls int, cost string) {
	cmd := exec.Command(binary, append([]string{"report", "cost", "--by", "application", "--from", "2026-11-01", "--to", "2026-12-01", "--format", "json"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	var answer struct {
		Tables []struct {
			Total struct {
				Requests int    `json:"requests"`
				Cost     string `json:"cost_usd"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &answer), stdout.String())
	require.Len(t, answer.Tables, 1, stdout.String())
	return answer.Tables[0].Total.Requests, answer.Tables[0].Total.Cost
}

func schemaVersion(t *testing.T, dsn string) (have, known int) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	have, known, err = store.SchemaVersion(t.Context())
	require.NoError(t, err)
	return have, known
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	packed, err := os.Open(from)
	require.NoError(t, err)
	defer packed.Close()
	reader, err := gzip.NewReader(packed)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o750))
	file, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = file.ReadFrom(reader)
	require.NoError(t, err)
	require.NoError(t, file.Close())
}
