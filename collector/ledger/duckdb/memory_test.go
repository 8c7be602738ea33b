package duckdb_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

func TestLimitMemory_HoldsUnlessThePathSetsIt(t *testing.T) {
	limit := func(settings string) (value string) {
		store := open(t, filepath.Join(t.TempDir(), "ledger.duckdb")+settings)
		require.NoError(t, store.SQL().QueryRowContext(t.Context(), "SELECT current_setting('memory_limit')").Scan(&value))
		return value
	}
	require.Equal(t, "244.1 MiB", limit(""), "the default of 256 MB")
	duckdb.LimitMemory("192MB")
	t.Cleanup(func() { duckdb.LimitMemory("256MB") })
	require.Equal(t, "183.1 MiB", limit(""))
	require.Equal(t, "953.6 MiB", limit("?memory_limit=1GB"))
}
