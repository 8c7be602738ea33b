package duckdb_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

// opens names the file that this program, run once more, opens.
const opens = "SPANLEDGER_TEST_OPENS"

// TestRewrite_KeepsOtherProcessesOutUntilTheNewFileIsThere has another process open the file when
// its copy is complete: what it writes would be lost with the old file.
func TestRewrite_KeepsOtherProcessesOutUntilTheNewFileIsThere(t *testing.T) {
	if path := os.Getenv(opens); path != "" {
		_, err := duckdb.Open(t.Context(), path)
		if _, locked := errors.AsType[*duckdb.LockedError](err); !locked {
			t.Fatalf("it is not locked: %v", err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := duckdb.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Close())
	tried := false
	require.NoError(t, duckdb.Rewrite(t.Context(), path, func() error {
		tried = true
		other := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
		other.Env = append(os.Environ(), opens+"="+path)
		output, err := other.CombinedOutput()
		assert.NoError(t, err, "%s", output)
		return nil
	}))
	assert.True(t, tried)
}

func TestRewrite_LeavesTheFileIfWhatIsDoneMeanwhileFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := duckdb.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Close())
	before, err := os.Stat(path)
	require.NoError(t, err)
	require.ErrorIs(t, duckdb.Rewrite(t.Context(), path, func() error { return os.ErrDeadlineExceeded }), os.ErrDeadlineExceeded)
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
	left, err := filepath.Glob(path + ".*")
	require.NoError(t, err)
	assert.Empty(t, left)
}

func nothing() error { return nil }
