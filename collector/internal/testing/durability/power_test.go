package durability_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/smalldisk"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// TestPowerLoss has the queue and the ledger on a disk that forgets what was not
// written out to it. Loop devices and ext4 are the real ones.
func TestPowerLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("drives the built collector on a disk of its own")
	}
	t.Run("with fsync nothing that was acknowledged is lost", func(t *testing.T) {
		acknowledged, found, _ := losePower(t, "true", 3)
		require.Equal(t, acknowledged, found)
	})
	t.Run("without fsync the collector starts and says what it lost", func(t *testing.T) {
		acknowledged, found, log := losePower(t, "false", 3)
		require.LessOrEqual(t, found, acknowledged, "none is stored twice")
		require.NotContains(t, log, "panic")
		t.Logf("%d acknowledged, %d lost", acknowledged, acknowledged-found)
	})
}

// losePower fails the power so many times while calls are sent.
func losePower(t *testing.T, fsync string, times int) (acknowledged, found int, log string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	require.NoError(t, os.Mkdir(dir, 0o700))
	disk := smalldisk.MountDisk(t, dir, 512<<20)
	dsn := "duckdb://" + filepath.Join(dir, "ledger.duckdb")
	c := newCollector(t, dsn)
	c.env = append(c.env, "DURABILITY_DATA="+dir, "DURABILITY_FSYNC="+fsync)
	c.start(t)
	e := newExporter(t, c.otlp)
	for range times {
		require.Eventually(t, func() bool { return e.export(t.Context()) == nil }, settled, 50*time.Millisecond)
		for until := time.Now().Add(1500 * time.Millisecond); time.Now().Before(until); {
			require.NoError(t, e.export(t.Context()))
		}
		c.process.Kill()
		log += c.process.Log(t)
		disk.LosePower(t)
		c.start(t)
	}
	require.Eventually(t, func() bool { return e.export(t.Context()) == nil }, settled, 50*time.Millisecond)
	require.NoError(t, stop(c))
	log += c.process.Log(t)
	require.Eventually(t, func() bool {
		store, err := ledgerstore.Open(t.Context(), dsn)
		require.NoError(t, err)
		now := int(total(t, store).Calls)
		require.NoError(t, store.Close())
		if grown := now > found; grown || now < e.acknowledged && fsync == "true" {
			found = now
			c.start(t)
			time.Sleep(time.Second)
			require.NoError(t, stop(c))
			return false
		}
		return true
	}, settled, 10*time.Millisecond)
	return e.acknowledged, found, strings.ToLower(log)
}
