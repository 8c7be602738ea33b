package clickhouse_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// Otherwise the first trace that is asked for after a start waits for them.
func TestServer_ReadsTheMarksOfCallsAndSpansWhenItStarts(t *testing.T) {
	server := clickhousetest.Start(t)
	store := openAlone(t, server.DSN("marks"))
	require.NoError(t, store.Migrate(t.Context()))
	files := func() int {
		read, err := server.Query(t.Context(), "SELECT value FROM system.metrics WHERE metric = 'MarkCacheFiles'")
		require.NoError(t, err)
		n, err := strconv.Atoi(strings.TrimSpace(read))
		require.NoError(t, err)
		return n
	}
	require.NoError(t, server.Restart(t.Context()))
	require.Zero(t, files(), "without rows")
	made := ledgertest.RandomRuns(100, 1)
	before := 0
	for _, batch := range []ledger.Batch{{Calls: made.Calls}, {Spans: made.Spans}} {
		require.NoError(t, store.Write(t.Context(), batch))
		require.NoError(t, server.Restart(t.Context()))
		require.Eventually(t, func() bool { return files() > before }, 30*time.Second, 100*time.Millisecond)
		before = files()
	}
}
