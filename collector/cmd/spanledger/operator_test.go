package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// A collector in another process holds the file: those who may read what is next to it
// change the ledger through the collector, others need its token.
func TestOperator_ChangesThroughTheCollectorThatHoldsTheFile(t *testing.T) {
	data := t.TempDir()
	dsn := "duckdb://" + filepath.Join(data, "ledger.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	calls := ledgertest.RandomCalls(200, 5)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	require.NoError(t, store.Close())
	first, last := calls[0].Start, calls[0].Start
	for i := range calls {
		if calls[i].Start.Before(first) {
			first = calls[i].Start
		}
		if calls[i].Start.After(last) {
			last = calls[i].Start
		}
	}
	user := calls[slices.IndexFunc(calls, func(c ledger.Call) bool { return c.User != "" && c.Billable })].User
	period := []string{"--from", first.UTC().Format("2006-01-02"), "--to", last.UTC().AddDate(0, 0, 1).Format("2006-01-02"), "--format", "json"}
	prices := filepath.Join(t.TempDir(), "prices.json")
	require.NoError(t, os.WriteFile(prices, []byte(`{"format": 1, "version": "ours", "providers": [
		{"name": "openai", "models": [{"model": "gpt-5", "ids": ["gpt-5"], "cards": [{"rates": {"input": "99", "output": "99"}}]}]}]}`), 0o600))
	reprice := append([]string{"prices", "reprice", "--price-file", prices}, period...)
	alone := mustRun(t, append(reprice, "--store", dsn)...)
	require.Contains(t, alone, `"changed"`)
	repaired := mustRun(t, append([]string{"repair", "--store", dsn}, period...)...)

	up := exec.CommandContext(t.Context(), os.Args[0], "up", "--data", data,
		"--grpc-port", "0", "--http-port", "0", "--prometheus-port", "0", "--api-port", "0")
	up.Env = append(os.Environ(), asCommand+"=1")
	pipe, err := up.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, up.Start())
	var server string
	for lines := bufio.NewScanner(pipe); lines.Scan() && !strings.Contains(lines.Text(), "Ctrl-C"); {
		if m := regexp.MustCompile(`report cost .*--server (\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			server = m[1]
		}
	}
	require.NotEmpty(t, server)
	defer func() { // the context of the test is over in a Cleanup
		require.NoError(t, up.Process.Signal(os.Interrupt))
		assert.NoError(t, up.Wait())
	}()

	t.Run("what only reads needs no token", func(t *testing.T) {
		assert.Equal(t, withoutLedger(alone), withoutLedger(mustRun(t, append(reprice, "--server", server)...)))
		assert.Equal(t, repaired, mustRun(t, append([]string{"repair", "--server", server}, period...)...))
		assert.Contains(t, mustRun(t, "retention", "--server", server, "--format", "csv"), "log records,")
	})
	t.Run("what writes needs one", func(t *testing.T) {
		call := []string{"--trace", calls[0].TraceID.String(), "--span", calls[0].SpanID.String()}
		for _, args := range [][]string{
			{"retention", "--detail-days", "40"}, {"retention", "--apply"},
			append(reprice, "--apply"), append([]string{"repair", "--apply"}, period...),
			append([]string{"void", "--reason", "a test", "--yes"}, call...),
			{"forget", "--user", user, "--yes"},
		} {
			_, stderr, code := run(t, append(args, "--server", server)...)
			assert.Equal(t, exitFailed, code, args)
			assert.Contains(t, stderr, "SPANLEDGER_ADMIN_TOKEN", args)
		}
		t.Setenv("SPANLEDGER_ADMIN_TOKEN", "guessed")
		_, stderr, code := run(t, "retention", "--detail-days", "40", "--server", server)
		assert.Equal(t, exitFailed, code, stderr)
	})
	t.Run("the file next to the ledger has it", func(t *testing.T) {
		assert.Contains(t, mustRun(t, "retention", "--detail-days", "5000", "--rollup-days", "5000", "--format", "csv", "--store", dsn), "calls and agent spans,5000")
		assert.Contains(t, mustRun(t, "retention", "--server", server, "--format", "csv"), "calls and agent spans,5000")
		applied := mustRun(t, append(reprice, "--apply", "--store", dsn)...)
		assert.Contains(t, applied, "Written.")
		assert.Contains(t, mustRun(t, append(reprice, "--store", dsn)...), "Nothing changes.")
		out := mustRun(t, "void", "--trace", calls[0].TraceID.String(), "--span", calls[0].SpanID.String(), "--reason", "a test", "--yes", "--store", dsn)
		assert.Contains(t, out, "is no longer billed")

		of := append([]string{"report", "cost", "--by", "user", "--store", dsn}, period...)
		require.Contains(t, mustRun(t, of...), user)
		stdout, stderr, code := run(t, "forget", "--user", user, "--yes", "--store", dsn)
		require.Equal(t, exitDone, code, stderr)
		assert.Contains(t, stdout, "are now attributed to")
		assert.Contains(t, stderr, "stop the collector")
		assert.NotContains(t, mustRun(t, of...), `"`+user+`"`)
	})
}
