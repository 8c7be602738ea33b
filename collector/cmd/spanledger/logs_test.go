package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

// ledgerOfLogs is a DuckDB ledger with three log records of the last hour.
func ledgerOfLogs(t *testing.T) (dsn string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := duckdb.Open(t.Context(), file)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	start := time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
	require.NoError(t, store.WriteLogs(t.Context(), []ledger.Log{
		{TraceID: ledger.TraceID{1}, ID: ledger.LogID{1}, Time: start.Add(time.Minute), Received: start, Kind: ledger.LogCall,
			Severity: 9, Body: "chat gpt-5", Model: "gpt-5", User: "u-1", Department: "claims", Application: "intake", Service: "intake"},
		{TraceID: ledger.TraceID{2}, ID: ledger.LogID{2}, Time: start.Add(2 * time.Minute), Received: start, Kind: ledger.LogEvent,
			Severity: 13, ErrorType: "429", Model: "gpt-5-mini", User: "u-2", Agent: "triage",
			Attributes: map[string]string{"exception.message": "HTTP 429 Too Many Requests"}},
		{TraceID: ledger.TraceID{2}, ID: ledger.LogID{3}, Time: start.Add(3 * time.Minute), Received: start, Kind: ledger.LogApplication,
			Severity: 17, Body: "giving up", Service: "worker"},
	}))
	require.NoError(t, store.Close())
	return "duckdb://" + file
}

func TestLogs_AreFound(t *testing.T) {
	dsn := ledgerOfLogs(t)
	trace := ledger.TraceID{2}
	for line, want := range map[string][]string{
		"logs":                             {"chat gpt-5", "HTTP 429 Too Many Requests", "giving up"},
		"logs --errors":                    {"HTTP 429 Too Many Requests", "giving up"},
		"logs --newest 1":                  {"giving up"},
		"logs --user u-2":                  {"HTTP 429 Too Many Requests"},
		"logs --model gpt-5":               {"chat gpt-5"},
		"logs --department claims":         {"chat gpt-5"},
		"logs --department (unattributed)": {"HTTP 429 Too Many Requests", "giving up"},
		"logs --agent triage --errors":     {"HTTP 429 Too Many Requests"},
		"logs --application intake":        {"chat gpt-5"},
		"logs --service worker":            {"giving up"},
		"logs --since 1m":                  nil,
		"logs --trace " + trace.String():   {"HTTP 429 Too Many Requests", "giving up"},
	} {
		t.Run(line, func(t *testing.T) {
			args := append(strings.Fields(line), "--store", dsn)
			stdout, stderr, code := run(t, append(args, "--format", "json")...)
			require.Equal(t, exitDone, code, stderr)
			var got []string
			for text := range strings.Lines(stdout) {
				var l struct{ Message string }
				require.NoError(t, json.Unmarshal([]byte(text), &l))
				got = append(got, l.Message)
			}
			assert.Equal(t, want, got)

			stdout, stderr, code = run(t, args...)
			require.Equal(t, exitDone, code, stderr)
			for _, message := range want {
				assert.Contains(t, stdout, message)
			}
			if want == nil {
				assert.Equal(t, "No log records in this period.\n", stdout)
			}
		})
	}
}

func TestLogs_SayWhatIsWrong(t *testing.T) {
	dsn := ledgerOfLogs(t)
	for line, want := range map[string]string{
		"logs --trace 4bf9":      `--trace: trace id "4bf9": has 4 characters, expected 32 hexadecimal digits`,
		"logs --format csv":      `--format "csv": expected one of table, json`,
		"logs --newest 0":        "--newest 0: expected 1 or more",
		"logs --since yesterday": `--since "yesterday": not a duration`,
		"logs --follow --from 2026-10-01 --to 2026-10-02": "--follow and --to contradict each other: leave one out",
		"logs today": `unexpected argument "today"`,
	} {
		t.Run(line, func(t *testing.T) {
			stdout, stderr, code := run(t, append(strings.Fields(line), "--store", dsn)...)
			assert.Equal(t, exitUsage, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, want)
		})
	}
}

// TestLogs_AreFollowedThroughTheCollectorThatHoldsTheFile does what a user does:
// up runs, the demo's calls go into it, another process follows.
func TestLogs_AreFollowedThroughTheCollectorThatHoldsTheFile(t *testing.T) {
	c := distro.AllInOne{Data: t.TempDir(), Gateways: []string{"127.0.0.1"}}
	require.NoError(t, c.Prepare())
	uris, err := c.URIs()
	require.NoError(t, err)
	running, err := distro.Start(t.Context(), uris...)
	require.NoError(t, err)
	defer func() { assert.NoError(t, running.Shutdown()) }()

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	type outcome struct {
		stdout, stderr string
		code           int
	}
	followed := make(chan outcome, 1)
	go func() {
		stdout, stderr, code := runUntil(ctx, "logs", "--follow", "--format", "json", "--server", c.URL(c.API))
		followed <- outcome{stdout, stderr, code}
	}()
	stdout, stderr, code := run(t, "demo", "--duration", "1s", "--otlp-endpoint", c.URL(c.GRPC))
	require.Equal(t, exitDone, code, stderr)
	var briefings, calls int
	_, err = fmt.Sscanf(stdout, "%d briefings made %d LLM calls", &briefings, &calls)
	require.NoError(t, err, stdout)
	list := func() []string {
		listed, stderr, code := run(t, "logs", "--newest", "10000", "--format", "json", "--server", c.URL(c.API))
		require.Equal(t, exitDone, code, stderr)
		return identities(t, listed)
	}
	require.Eventually(t, func() bool {
		n := 0
		for _, id := range list() {
			if strings.HasPrefix(id, string(ledger.LogCall)) {
				n++
			}
		}
		return n == calls
	}, 30*time.Second, 200*time.Millisecond, "every call has one record")
	time.Sleep(2500 * time.Millisecond) // two polls
	interrupt()
	got := <-followed
	require.Equal(t, exitDone, got.code, got.stderr)
	assert.Empty(t, got.stderr)
	assert.ElementsMatch(t, list(), identities(t, got.stdout), "each record is shown once")
}

// identities are kind, trace and ids of records in JSON.
func identities(t *testing.T, text string) (all []string) {
	t.Helper()
	for line := range strings.Lines(text) {
		var l ledger.Log
		require.NoError(t, json.Unmarshal([]byte(line), &l), line)
		all = append(all, fmt.Sprint(l.Kind, " ", l.TraceID, " ", l.SpanID, " ", l.ID))
	}
	return all
}
