//go:build linux && cgo

package cmemory_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/duckdb/duckdb-go/v2/mapping"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/cmemory"
)

// As early as in the program: threads that are older have arenas of their own.
func init() { cmemory.Bound() }

// resident is the memory that this process has now, in bytes.
func resident(t *testing.T) int64 {
	t.Helper()
	statm, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	pages, err := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	require.NoError(t, err)
	return pages * int64(os.Getpagesize())
}

// use has DuckDB copy a text some times, into memory of the C library, and frees it.
func use(copies, size int) {
	text := strings.Repeat("x", size)
	all := make([]mapping.Value, copies)
	for i := range all {
		all[i] = mapping.CreateVarchar(text)
	}
	for i := range all {
		mapping.DestroyValue(&all[i])
	}
}

// TestBound_MemoryThatIsFreedIsReturned uses memory from many threads at a time.
func TestBound_MemoryThatIsFreedIsReturned(t *testing.T) {
	use(1, 30<<20) // by default, what is smaller is kept from now on
	before := resident(t)
	var all, used sync.WaitGroup
	used.Add(16)
	for range 16 {
		all.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			use(20, 1<<20)
			used.Done()
			used.Wait() // a thread that ends leaves its arena to the next
		})
	}
	all.Wait()
	require.Less(t, resident(t)-before, int64(160<<20), "all of the 320 MB are free, and glibc would keep 330 by itself")
}
