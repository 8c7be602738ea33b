//go:build unix

package main

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each command that reads a file of the user's: opening PIPE would wait for a writer.
func TestCommand_RefusesAPipeInThePlaceOfAFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	t.Setenv(storeVariable, dsn)
	for _, line := range []string{
		"collector --config PIPE", "collector --config file:PIPE", "collector validate --config PIPE", "up --config PIPE",
		"up --price-file PIPE", "up --budgets PIPE", "up --chargeback-rules PIPE", "up --revenue PIPE",
		"chargeback --rules PIPE", "chargeback lint PIPE", "budget status --budgets PIPE", "digest --budgets PIPE",
		"digest --to slack --webhook-file PIPE", "report unit --outcome x --revenue PIPE", "explain --otlp PIPE",
		"explain most-expensive --price-file PIPE", "prices list --price-file PIPE", "prices lint PIPE", "prices cost --file PIPE",
		"prices import --from litellm PIPE", "prices reprice --price-file PIPE", "reconcile --provider openai --file PIPE",
		"outcomes import PIPE", "deadletter list --file PIPE", "deadletter retry --file PIPE",
		"report cost --store duckdb://PIPE", "report cost --store clickhouse://u@127.0.0.1:1/x?password_file=PIPE",
		"report cost --store clickhouse://u@127.0.0.1:1/x?secure=true&ca_file=PIPE",
		"report cost --store clickhouse://u@127.0.0.1:1/x?secure=true&cert_file=PIPE&key_file=PIPE",
	} {
		t.Run(line, func(t *testing.T) {
			stdout, stderr, code := run(t, strings.Fields(strings.ReplaceAll(line, "PIPE", pipe))...)
			assert.NotEqual(t, exitDone, code, stdout)
			assert.Contains(t, stderr, pipe)
			assert.Contains(t, stderr, "is a named pipe: expected a file")
		})
	}
}
