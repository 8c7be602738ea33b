//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// peakMemory is the peak memory of a process, read until it has ended.
func peakMemory(pid int, ended <-chan error) (peak int64) {
	for len(ended) == 0 {
		if now, err := parts.PeakMemory(pid); err == nil { // an ended process has none
			peak = max(peak, now)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return peak
}

// TestExport_TheFileIsReadableByItsUserAlone has a umask that would let others read it.
func TestExport_TheFileIsReadableByItsUserAlone(t *testing.T) {
	before := syscall.Umask(0o022)
	t.Cleanup(func() { syscall.Umask(before) })
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	for _, format := range []string{"parquet", "csv"} {
		file := filepath.Join(t.TempDir(), "calls")
		_, stderr, code := run(t, "export", file, "--format", format, "--store", dsn)
		require.Equal(t, exitDone, code, stderr)
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), format)
	}
}

func TestExport_TheNameOfTheFileChoosesTheFormat(t *testing.T) {
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	folder := t.TempDir()
	for name, flags := range map[string][]string{"calls.csv": nil, "calls.CSV": nil, "calls.parquet": nil, "calls": nil, "forced.csv": {"--format", "parquet"}} {
		file := filepath.Join(folder, name)
		_, stderr, code := run(t, append([]string{"export", file, "--store", dsn}, flags...)...)
		require.Equal(t, exitDone, code, stderr)
		assert.Contains(t, stderr, "calls with billable = true are billed")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, flags == nil && strings.HasSuffix(strings.ToLower(name), ".csv"), strings.HasPrefix(string(text), "trace_id,"), name)
	}
	_, stderr, code := run(t, "export", filepath.Join(folder, "none", "calls.csv"), "--store", dsn)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "there is no folder "+filepath.Join(folder, "none"))
}

func TestCommand_NamesAFolderThatIsNotWritable(t *testing.T) {
	const folder = "/sys" // no one may write there
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no " + folder)
	}
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	_, stderr, code := run(t, "export", folder+"/calls.csv", "--store", dsn)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, `FILE "/sys/calls.csv": the folder /sys is not writable`)
	_, stderr, code = run(t, "chargeback", "close", "--month", "2026-10", "--accept-unpriced", "--book", folder+"/book", "--store", dsn)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "(hint: name a writable folder with --book)")
}

// TestExport_ItsMemoryIsBounded exports a ledger whose rows do not fit into the bound:
// as Go values they take several kB each.
func TestExport_ItsMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 150,000 calls")
	}
	const calls, bound = 150_000, 450 << 20
	dsn := engines["DuckDB"](t)
	store := openLedger(t, dsn)
	require.NoError(t, store.Migrate(t.Context()))
	now := time.Now().UTC().Truncate(time.Microsecond)
	for written := 0; written < calls; written += 10_000 {
		batch := ledgertest.RandomCalls(10_000, uint64(written))
		for i := range batch {
			n := written + i
			batch[i].TraceID = ledger.TraceID{0: byte(n), 1: byte(n >> 8), 2: byte(n >> 16), 15: 1}
			batch[i].Start, batch[i].Received = now.Add(-time.Duration(n)*time.Millisecond*100), now
		}
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: batch}))
	}
	require.NoError(t, store.Close())
	for _, format := range []string{"parquet", "csv"} {
		t.Run(format, func(t *testing.T) {
			export := exec.CommandContext(t.Context(), os.Args[0], "export", filepath.Join(t.TempDir(), "calls"), "--format", format, "--store", dsn)
			export.Env = append(os.Environ(), asCommand+"=1")
			var out bytes.Buffer
			export.Stdout, export.Stderr = &out, &out
			require.NoError(t, export.Start())
			ended := make(chan error, 1)
			go func() { ended <- export.Wait() }()
			peak := peakMemory(export.Process.Pid, ended)
			require.NoError(t, <-ended, out.String())
			require.Contains(t, out.String(), "150,000 calls")
			t.Logf("peak memory %d MB", peak>>20)
			require.NotZero(t, peak)
			require.Less(t, peak, int64(bound))
		})
	}
}

func TestExport_RefusesTheEndingOfAnotherFormat(t *testing.T) {
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	folder := t.TempDir()
	for _, name := range []string{"calls.xlsx", "calls.json", "calls.csv.gz"} {
		file := filepath.Join(folder, name)
		_, stderr, code := run(t, "export", file, "--store", dsn)
		assert.Equal(t, exitUsage, code, name)
		assert.Contains(t, stderr, "use .parquet or .csv, or name the format with --format")
		assert.NoFileExists(t, file)
		mustRun(t, "export", file, "--format", "csv", "--store", dsn)
	}
	for _, name := range []string{"calls", "calls.parquet", "calls.PARQUET", "calls.CSV"} {
		mustRun(t, "export", filepath.Join(folder, name), "--store", dsn)
	}
}
