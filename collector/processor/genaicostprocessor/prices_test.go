package genaicostprocessor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPriceFile_IsReadAgainWhenItChanges(t *testing.T) {
	good, err := os.ReadFile(filepath.Join("testdata", "prices.json"))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "prices.json")
	require.NoError(t, os.WriteFile(path, good, 0o600))
	c, telemetry := newTestCoster(t, &Config{PriceFile: path})

	acme := chat(map[string]any{"gen_ai.provider.name": "acme-inference", "gen_ai.request.model": "acme-7b", "gen_ai.usage.input_tokens": 1000000})
	amount := func() any { return c.cost(t, acme)["spanledger.cost.amount"] }
	assert.Equal(t, "0.1", amount())
	assert.True(t, strings.HasSuffix(c.prices.current().Version(), "+acme-1"))

	openai := c.cost(t, chat(map[string]any{"gen_ai.usage.input_tokens": 1000000}))
	assert.Equal(t, "1.125", openai["spanledger.cost.amount"], "the agreement takes a tenth off")
	assert.Equal(t, []any{"adjusted"}, openai["spanledger.cost.flags"])

	replace := func(data string) {
		next := path + ".next"
		require.NoError(t, os.WriteFile(next, []byte(data), 0o600))
		require.NoError(t, os.Rename(next, path))
	}
	replace(strings.Replace(string(good), `"input": "0.1"`, `"input": "0.3"`, 1))
	assert.Eventually(t, func() bool { return amount() == "0.3" }, 30*time.Second, 20*time.Millisecond)

	replace(`{"format": 1, "providers": [{"name": "acme-inference", "modells": []}]}`)
	assert.Eventually(t, func() bool {
		return sums(t, telemetry, "otelcol_processor_genai_cost_price_reloads")["result=refused"] == 1
	}, 30*time.Second, 20*time.Millisecond)
	assert.Equal(t, "0.3", amount(), "the last good file stays in use")

	replace(string(good))
	assert.Eventually(t, func() bool { return amount() == "0.1" }, 30*time.Second, 20*time.Millisecond)
}

func TestPriceFile_ABadPriceFileDoesNotKeepTheCollectorFromStarting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "prices.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"format": 7}`), 0o600))
	c, telemetry := newTestCoster(t, &Config{PriceFile: path})
	got := c.cost(t, chat(map[string]any{"gen_ai.usage.input_tokens": 1000000}))
	assert.Equal(t, "1.25", got["spanledger.cost.amount"])
	assert.Equal(t, map[string]int64{"result=refused": 1}, sums(t, telemetry, "otelcol_processor_genai_cost_price_reloads"))
}
