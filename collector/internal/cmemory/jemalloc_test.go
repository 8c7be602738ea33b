//go:build linux && cgo

package cmemory_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMemory_OfDuckDBIsKept has DuckDB's allocator say what it is told when a program starts.
func TestMemory_OfDuckDBIsKept(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	command := exec.Command(program, "-test.run=^$")
	command.Env = append(os.Environ(), "DUCKDB_JE_MALLOC_CONF=confirm_conf:true")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	require.Contains(t, string(output), "malloc_conf #5", "DuckDB has another allocator: this package does nothing for it")
	_, last, _ := strings.Cut(string(output), "malloc_conf #5")
	require.Contains(t, last, "Set conf value: narenas:2\n")
	require.Contains(t, last, "Set conf value: dirty_decay_ms:5000\n")
}
