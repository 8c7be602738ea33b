//go:build linux && cgo

package cmemory_test

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/cmemory"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

// arenas counts what the allocator of glibc reserves for its arenas but for the first:
// 64 MiB each, at a multiple of that, of which the first part is in use.
func arenas(t *testing.T) (n int) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	const size = 64 << 20
	var begin, end uint64
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		first, last, _ := strings.Cut(fields[0], "-")
		from, err := strconv.ParseUint(first, 16, 64)
		require.NoError(t, err)
		until, err := strconv.ParseUint(last, 16, 64)
		require.NoError(t, err)
		if fields[1] == "---p" && from == end && begin%size == 0 && until-begin == size {
			n++
		}
		begin, end = from, until
	}
	return n
}

// As early as in the program: threads that are older have arenas of their own.
func init() { cmemory.Bound() }

// TestBound_ManyThreadsOfAStoreShareArenas asks from many threads at a time.
func TestBound_ManyThreadsOfAStoreShareArenas(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			runtime.LockOSThread() // a thread of its own, which ends with the goroutine
			for range 3 {
				_, err := store.Aggregate(t.Context(), ledger.Query{})
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	assert.LessOrEqual(t, arenas(t), 6, "a few threads are older than the limit; without it there are 15")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	cmemory.Trim(ctx) // ends with ctx
}
