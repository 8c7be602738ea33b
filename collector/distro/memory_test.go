package distro_test

import (
	"math"
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
)

// memorySettings are the collector's heap growth and soft limit.
func memorySettings() (percent int, limit int64) {
	percent = debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent, debug.SetMemoryLimit(-1)
}

// restoreMemory undoes what a test does to its process.
func restoreMemory(t *testing.T) {
	percent, limit := memorySettings()
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv(name, "") // restores it
		require.NoError(t, os.Unsetenv(name))
	}
	debug.SetGCPercent(100)
	debug.SetMemoryLimit(math.MaxInt64)
}

func TestMemoryLimit_TheHeapMayGrowUpToAShareOfTheMemory(t *testing.T) {
	restoreMemory(t)
	require.NoError(t, distro.TuneMemory())
	percent, limit := memorySettings()
	require.Equal(t, 200, percent)
	require.Less(t, limit, int64(math.MaxInt64), "a heap that grows has a limit")
	require.Positive(t, limit)
}

func TestMemoryLimit_TheEnvironmentKeepsTheHeapAsItSays(t *testing.T) {
	t.Run("GOGC", func(t *testing.T) {
		restoreMemory(t)
		t.Setenv("GOGC", "100")
		require.NoError(t, distro.TuneMemory())
		percent, limit := memorySettings()
		require.Equal(t, 100, percent)
		require.Less(t, limit, int64(math.MaxInt64))
	})
	t.Run("GOMEMLIMIT", func(t *testing.T) {
		restoreMemory(t)
		t.Setenv("GOMEMLIMIT", "1GiB") // which the runtime reads at its start only
		require.NoError(t, distro.TuneMemory())
		percent, limit := memorySettings()
		require.Equal(t, 200, percent)
		require.Equal(t, int64(math.MaxInt64), limit)
	})
}

func TestBoundMemory_LowersTheLimitOfTheEmbeddedCollector(t *testing.T) {
	restoreMemory(t)
	require.NoError(t, distro.TuneMemory())
	distro.BoundMemory()
	_, limit := memorySettings()
	require.LessOrEqual(t, limit, int64(192<<20))
	debug.SetMemoryLimit(100 << 20) // of a smaller container
	distro.BoundMemory()
	_, limit = memorySettings()
	require.EqualValues(t, 100<<20, limit)
	debug.SetMemoryLimit(math.MaxInt64)
	t.Setenv("GOMEMLIMIT", "1GiB")
	distro.BoundMemory()
	_, limit = memorySettings()
	require.EqualValues(t, int64(math.MaxInt64), limit)
}
