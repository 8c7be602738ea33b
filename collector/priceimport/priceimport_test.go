package priceimport_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/priceimport"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var update = flag.Bool("update", false, "write the golden files")

var importers = map[string]func(io.Reader) (*priceimport.Result, error){
	"litellm":      priceimport.LiteLLM,
	"genai-prices": priceimport.GenAIPrices,
}

func imported(t *testing.T, name string) (file []byte, losses []string) {
	t.Helper()
	in, err := os.Open(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	defer in.Close()
	result, err := importers[name](in)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, result.Write(&out))
	for _, loss := range result.Losses {
		losses = append(losses, loss.String())
	}
	return out.Bytes(), losses
}

func TestImport_ListsBecomePriceFiles(t *testing.T) {
	for name := range importers {
		t.Run(name, func(t *testing.T) {
			file, losses := imported(t, name)
			got := string(file) + "\nleft out:\n" + strings.Join(losses, "\n") + "\n"
			path := filepath.Join("testdata", name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err, "run with -update to write it, then read it")
			assert.Equal(t, string(want), got)
			assert.Empty(t, pricing.Lint(name, file))
		})
	}
}

func TestImport_ImportedPricesArePricedExactly(t *testing.T) {
	tests := []struct {
		list, name string
		call       pricing.Call
		want       string
	}{
		{"litellm", "plain", pricing.Call{Provider: "openai", RequestModel: "gpt-x", Usage: usage.Counts{usage.Input: 1000, usage.Output: 100}}, "0.004"},
		{"litellm", "long", pricing.Call{Provider: "openai", RequestModel: "gpt-x", Usage: usage.Counts{usage.Input: 300_000}}, "1.5"},
		{"litellm", "long and priority", pricing.Call{Provider: "openai", RequestModel: "gpt-x", ServedTier: "priority", Usage: usage.Counts{usage.Input: 300_000}}, "3"},
		{"litellm", "zone uplift", pricing.Call{Provider: "openai", RequestModel: "gpt-x", DataResidency: "eu", Usage: usage.Counts{usage.Input: 1000}}, "0.00275"},
		{"litellm", "searches", pricing.Call{Provider: "openai", RequestModel: "gpt-x", Usage: usage.Counts{usage.WebSearches: 2}}, "0.02"},
		{"litellm", "reranking", pricing.Call{Provider: "cohere", RequestModel: "rerank-x", Usage: usage.Counts{usage.SearchUnits: 3}}, "0.006"},
		{"genai-prices", "before the change", pricing.Call{Provider: "anthropic", RequestModel: "claude-x", Start: date(2026, 3, 12), Usage: usage.Counts{usage.Input: 200_001}}, "2.00001"},
		{"genai-prices", "after the change", pricing.Call{Provider: "anthropic", RequestModel: "claude-x-20260101", Start: date(2026, 3, 13), Usage: usage.Counts{usage.Input: 200_001}}, "1.000005"},
	}
	for _, tt := range tests {
		t.Run(tt.list+" "+tt.name, func(t *testing.T) {
			file, _ := imported(t, tt.list)
			catalogue, err := pricing.Parse(tt.list, file)
			require.NoError(t, err)
			got := catalogue.Price(&tt.call)
			require.True(t, got.HasAmount(), "%s: %s", got.Reason, got.Detail)
			assert.Equal(t, tt.want, got.Amount.String())
		})
	}
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func TestImport_GarbageIsRefusedByName(t *testing.T) {
	for name, read := range importers {
		_, err := read(strings.NewReader("{]"))
		assert.ErrorContains(t, err, strings.TrimSuffix(name, "-prices"), name)
	}
}

func FuzzLiteLLM(f *testing.F) { fuzz(f, "litellm") }

func FuzzGenAIPrices(f *testing.F) { fuzz(f, "genai-prices") }

// fuzz holds importers to this: regardless of the list says, a file comes out that
// can be written and checked.
func fuzz(f *testing.F, name string) {
	seed, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(f, err)
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		result, err := importers[name](bytes.NewReader(data))
		if err != nil {
			return
		}
		var out bytes.Buffer
		require.NoError(t, result.Write(&out))
		pricing.Lint(name, out.Bytes())
	})
}
