package duckdb_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// Whether DuckDB notices when it opens the file or when it reads a block of it.
func TestOpen_ADamagedFileIsACause(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "whole.duckdb")
	calls := ledgertest.RandomCalls(5000, 3)
	store, err := duckdb.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	require.NoError(t, store.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	const head = 3 * 4096
	for name, content := range map[string][]byte{
		"cut off in the head": whole[:100],
		"without its blocks":  whole[:head],
		"half":                whole[:len(whole)/2],
		"blocks overwritten":  append(bytes.Clone(whole[:head]), bytes.Repeat([]byte{0xaa}, len(whole)-head)...),
		"heads overwritten":   append(append(bytes.Clone(whole[:4096]), bytes.Repeat([]byte{0xaa}, 2*4096)...), whole[head:]...),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "damaged.duckdb")
			require.NoError(t, os.WriteFile(file, content, 0o600))
			store, err := duckdb.Open(t.Context(), file)
			if err == nil {
				_, err = store.CallList(t.Context(), ledger.CallQuery{From: ledger.EarliestStart, Until: ledger.LatestStart, Limit: len(calls)})
				_ = store.Close() // of a damaged file
			}
			require.Error(t, err)
			assert.Equal(t, ledger.CauseDamaged, ledger.CauseOf(err), err)
			assert.ErrorContains(t, err, file)
		})
	}
}
