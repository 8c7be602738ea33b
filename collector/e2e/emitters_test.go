package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// TestEmitters_ThirdPartyEmittersAreBilledWhatTheVendorServed runs programs written with
// other projects' instrumentations against the loopback vendor.
func TestEmitters_ThirdPartyEmittersAreBilledWhatTheVendorServed(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs for minutes: -short leaves it out")
	}
	scripts := emitters(t)
	clickhouse := startClickHouse(t)
	collector := startCollector(t, clickhouse, startJaeger(t))
	vendor, err := fakevendor.Start(t.Context(), fakevendor.Options{
		Seed:    6,
		Latency: fakevendor.DurationRange{Min: time.Millisecond, Max: 5 * time.Millisecond},
		// OpenAI caches from 1024 tokens on, which Traceloop does not report.
		InputTokens: fakevendor.IntRange{Min: 300, Max: 1000},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, vendor.Close()) }()

	otlp, _, _ := strings.Cut(collector.otlp, ":")
	for _, emitter := range []struct{ script, dialect string }{
		{"openinference.mjs", "openinference"},
		{"traceloop.mjs", "openllmetry"},
		{"vercel.mjs", "vercel-ai"},
	} {
		t.Run(emitter.dialect, func(t *testing.T) {
			node := exec.CommandContext(t.Context(), "node", filepath.Join(scripts, emitter.script))
			node.Env = append(os.Environ(),
				"OTLP_URL=http://"+otlp+":4318", "OPENAI_URL="+vendor.OpenAIURL(), "ANTHROPIC_URL="+vendor.AnthropicURL())
			output, err := node.CombinedOutput()
			require.NoError(t, err, string(output))

			served := vendor.Served() // to this program and those before it
			var usage fakevendor.Usage
			for _, c := range served {
				require.Equal(t, 200, c.Status)
				usage = usage.Add(c.Usage)
			}
			require.Positive(t, usage.CacheRead, "what emitters count differently is among what was served")
			require.Positive(t, usage.CacheWrite(), "what emitters count differently is among what was served")
			usd, unpriced := readPrices(t).cost(t, served)
			require.Zero(t, unpriced)

			var got ledgerTotals
			eventually(t, "all calls are in the ledger", func() (err error) {
				if got, err = clickhouse.totals(t); err != nil {
					return err
				}
				if got.calls != len(served) {
					return fmt.Errorf("%d calls in the ledger, %d served", got.calls, len(served))
				}
				return nil
			})
			assert.Equal(t, usage.Input, got.input)
			assert.Equal(t, usage.Output, got.output)
			assert.Equal(t, usage.CacheRead, got.cacheRead)
			assert.Equal(t, usage.CacheWrite(), got.cacheWrite)
			assert.Zero(t, usd.Cmp(got.cost), "cost is %s, computed independently %s", got.cost.FloatString(18), usd.FloatString(18))

			spoken, err := clickhouse.row(t, "SELECT count() FROM llm_calls WHERE dialect = '"+emitter.dialect+"'")
			require.NoError(t, err)
			assert.NotEqual(t, []string{"0"}, spoken, "the emitter's own spans are in the ledger")
		})
	}
}

// emitters copies the programs next to the packages they import, which the
// parts hold, and returns where they are.
func emitters(t *testing.T) string {
	t.Helper()
	root, err := parts.Root()
	require.NoError(t, err)
	cache := filepath.Join(root, ".cache", "emitters")
	if _, err := os.Stat(filepath.Join(cache, "node_modules", "ai")); err != nil {
		missing := errors.New("the third-party emitters are not in the cache (hint: make parts)")
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	folder, err := os.MkdirTemp(cache, "run-")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(folder)) })
	programs, err := filepath.Glob(filepath.Join("emitters", "*.mjs"))
	require.NoError(t, err)
	for _, program := range programs {
		source, err := os.ReadFile(program)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(program)), source, 0o600))
	}
	return folder
}
