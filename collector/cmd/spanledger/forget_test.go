package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestForget_LeavesTheNameInNoFile(t *testing.T) {
	const name = "someone-to-forget@example.com"
	folder := t.TempDir()
	path := filepath.Join(folder, "ledger.duckdb")
	dsn := "duckdb://" + path
	calls := fillLedger(t, dsn)
	for i := range calls {
		calls[i].User = name
		calls[i].TraceID[0]++
	}
	store := openLedger(t, dsn)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	require.NoError(t, store.Close())

	// A queue that has delivered a span, and holds another.
	queue := filepath.Join(folder, queueFolder, "exporter_cost_ledger__traces")
	require.NoError(t, os.MkdirAll(filepath.Dir(queue), 0o700))
	db, err := bbolt.Open(queue, 0o600, &bbolt.Options{Timeout: time.Second})
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists([]byte("default"))
		if err != nil {
			return err
		}
		return bucket.Put([]byte("1"), []byte(strings.Repeat(name+" ", 500)))
	}))
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte("default"))
		if err := bucket.Delete([]byte("1")); err != nil {
			return err
		}
		return bucket.Put([]byte("2"), []byte("a span that is not delivered yet"))
	}))
	require.NoError(t, db.Close())

	holds := func(path, text string) bool {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return bytes.Contains(content, []byte(text))
	}
	require.True(t, holds(path, name) && holds(queue, name), "before")
	assert.Contains(t, mustRun(t, "forget", "--user", name, "--yes", "--store", dsn), "300 calls of")
	assert.False(t, holds(path, name))
	assert.False(t, holds(queue, name))
	assert.True(t, holds(queue, "a span that is not delivered yet"))
	store = openLedger(t, dsn)
	groups, err := store.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
	require.NoError(t, store.Close())
	assert.EqualValues(t, 600, groups[0].Totals.Calls)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "the ledger and the folder of queues")
}
