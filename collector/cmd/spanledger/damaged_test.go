package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestCommand_SaysWhatToDoAboutADamagedLedger(t *testing.T) {
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	path, isFile := duckdbFile(dsn)
	require.True(t, isFile)
	require.NoError(t, os.Truncate(path, 100))
	for _, line := range [][]string{{"report", "cost"}, {"trace", "newest"}, {"repair"}, {"check"}, {"export", filepath.Join(t.TempDir(), "calls.csv")}} {
		stdout, stderr, code := run(t, append(line, "--store", dsn)...)
		assert.Equal(t, exitFailed, code, line)
		assert.Contains(t, stdout+stderr, ledger.CauseDamaged.Hint(), line)
	}
}
