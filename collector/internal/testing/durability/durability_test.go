package durability_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

// settled is how long the collector may take to write what it has queued; the
// machine may be busy with other tests.
const settled = 2 * time.Minute

// collector is the built binary with its queue on disk.
type collector struct {
	binary, otlp string
	env          []string
	process      *parts.Process
}

func newCollector(t *testing.T, store string) *collector {
	t.Helper()
	c := &collector{binary: parts.Spanledger(t), otlp: parts.FreeAddr(t)}
	c.env = []string{"DURABILITY_DATA=" + t.TempDir(), "DURABILITY_OTLP=" + c.otlp, "DURABILITY_STORE=" + store}
	return c
}

func (c *collector) start(t *testing.T) {
	t.Helper()
	config, err := filepath.Abs(filepath.Join("testdata", "collector.yaml"))
	require.NoError(t, err)
	c.process = parts.Run(t, c.binary, c.env, "collector", "--config", config)
}

// killOften kills the collector at random moments while calls are sent, and
// starts it again each time.
func (c *collector) killOften(t *testing.T, sending *client, times int) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(os.Getpid())))
	for range times {
		before := sending.count()
		require.Eventually(t, func() bool { return sending.count() > before }, settled, 10*time.Millisecond,
			"the collector acknowledges calls")
		time.Sleep(time.Duration(random.IntN(1500)) * time.Millisecond)
		c.process.Kill()
		c.start(t)
	}
}

func total(t *testing.T, store ledger.Store) ledger.Totals {
	t.Helper()
	groups, err := store.Aggregate(t.Context(), ledger.Query{})
	if err != nil {
		return ledger.Totals{}
	}
	return groups[0].Totals
}

// requireOnce waits until the ledger holds the acknowledged calls, then makes
// sure that it holds each once.
func requireOnce(t *testing.T, store ledger.Store, acknowledged int) {
	t.Helper()
	var got ledger.Totals
	require.Eventually(t, func() bool {
		got = total(t, store)
		return got.Calls >= int64(acknowledged)
	}, settled, 100*time.Millisecond, "acknowledged %d calls", acknowledged)
	time.Sleep(time.Second) // a double would still come
	got = total(t, store)
	require.EqualValues(t, acknowledged, got.Calls)
	require.EqualValues(t, acknowledged*inputTokens, got.Input)
	require.Zero(t, got.Unpriced)
	require.Eventually(t, func() bool { return len(records(t, store, acknowledged)) >= acknowledged }, settled, 500*time.Millisecond,
		"acknowledged %d log records", acknowledged)
	found := records(t, store, acknowledged)
	require.Len(t, found, acknowledged)
	spans := make(map[string]bool)
	for _, l := range found {
		spans[l.TraceID.String()+l.SpanID.String()] = true
	}
	require.Len(t, spans, acknowledged)
	t.Logf("%d calls acknowledged, each in the ledger once, with its log record", acknowledged)
}

// records are the log records of the ledger, one more than expected at most.
func records(t *testing.T, store ledger.Store, expected int) []ledger.Log {
	t.Helper()
	found, err := store.Logs(t.Context(), ledger.LogQuery{Limit: expected + 1})
	if err != nil {
		return nil
	}
	return found
}

func TestDurability_AcknowledgedCallsSurviveKillsOfTheCollectorAndOfClickHouse(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for half a minute")
	}
	server := clickhousetest.Start(t)
	dsn := server.DSN("ledger")
	c := newCollector(t, dsn)
	c.start(t)
	sending := startClient(t, c.otlp, 4)

	c.killOften(t, sending, 4)
	server.Kill()
	c.killOften(t, sending, 2)
	require.NoError(t, server.Restart(t.Context()))
	c.killOften(t, sending, 2)

	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	supervise(t, server)
	requireOnce(t, store, sending.finish())
}

// supervise starts the server again when it ends, as an init system would: the
// library build of ClickHouse sometimes does when a client is killed while it
// sends.
func supervise(t *testing.T, server *clickhousetest.Server) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if _, err := server.Query(ctx, "SELECT 1"); err != nil && ctx.Err() == nil {
				t.Logf("ClickHouse has ended by itself and is started again: %v", server.Restart(ctx))
			}
			time.Sleep(200 * time.Millisecond)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

func TestDurability_AcknowledgedCallsSurviveKillsOfTheCollectorOverDuckDB(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for half a minute")
	}
	file := filepath.Join(t.TempDir(), "ledger.duckdb")
	c := newCollector(t, "duckdb://"+file)
	c.start(t)
	sending := startClient(t, c.otlp, 2)
	c.killOften(t, sending, 5)
	acknowledged := sending.finish()

	// The file belongs to the collector while it runs. Its queue is empty when
	// it ends in order.
	require.Eventually(t, func() bool {
		require.NoError(t, stop(c))
		store, err := ledgerstore.Open(t.Context(), "duckdb://"+file)
		require.NoError(t, err)
		calls, logs := total(t, store).Calls, len(records(t, store, acknowledged))
		require.NoError(t, store.Close())
		if calls < int64(acknowledged) || logs < acknowledged {
			c.start(t)
			time.Sleep(2 * time.Second)
			return false
		}
		return true
	}, settled, 100*time.Millisecond)
	store, err := ledgerstore.Open(t.Context(), "duckdb://"+file)
	require.NoError(t, err)
	defer store.Close()
	requireOnce(t, store, acknowledged)
}

func stop(c *collector) error {
	// It writes what waits, which takes long on a busy machine.
	if err := c.process.Stop(settled); err != nil {
		return fmt.Errorf("the collector did not end in order: %w", err)
	}
	return nil
}
