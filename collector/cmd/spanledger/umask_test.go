//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

func TestKeepPrivate_TheLedgerIsReadableByItsUserAlone(t *testing.T) {
	before := syscall.Umask(0o022)
	t.Cleanup(func() { syscall.Umask(before) })
	keepPrivate()
	path := filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := duckdb.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	for _, file := range files {
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), file)
	}
	require.NoError(t, store.Close())
}
