package distro_test

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
)

// heapGrowth is the percentage after a collection.
func heapGrowth() int {
	runtime.GC()
	time.Sleep(10 * time.Millisecond)
	percent, _ := memorySettings()
	return percent
}

func TestBoundHeap_ALargeHeapGrowsByLess(t *testing.T) {
	restoreMemory(t)
	require.NoError(t, distro.TuneMemory())
	stop := distro.BoundHeap()
	defer func() { stop() }()
	require.Equal(t, 200, heapGrowth())
	for _, test := range []struct{ megabytes, least, most int }{{100, 100, 175}, {300, 100, 100}, {10, 200, 200}} {
		live := make([]byte, test.megabytes<<20)
		require.Eventually(t, func() bool {
			percent := heapGrowth()
			return percent >= test.least && percent <= test.most
		}, 10*time.Second, time.Millisecond, "%d MB are live", test.megabytes)
		runtime.KeepAlive(live)
	}
	stop()
	stop = func() {}
	debug.SetGCPercent(120)
	live := make([]byte, 300<<20)
	for range 5 {
		require.Equal(t, 120, heapGrowth(), "nothing is set after the end")
	}
	runtime.KeepAlive(live)
}

func TestBoundHeap_TheEnvironmentKeepsTheGrowth(t *testing.T) {
	restoreMemory(t)
	t.Setenv("GOGC", "150")
	debug.SetGCPercent(150)
	stop := distro.BoundHeap()
	live := make([]byte, 300<<20)
	require.Equal(t, 150, heapGrowth())
	runtime.KeepAlive(live)
	stop()
}
