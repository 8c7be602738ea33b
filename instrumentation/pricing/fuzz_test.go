package pricing_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Anything that a price file says, loading it ends in a catalogue or a list of
// problems, and a file that loads can override the built-in prices and
// priced with.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"testdata/overrides.json", "catalogue/deepseek.json", "catalogue/azure-openai.json", "catalogue/ollama.json", "catalogue/unpriced.json"} {
		data, err := os.ReadFile(filepath.FromSlash(seed))
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(`{"format": 1, "providers": [{"name": "a", "models": [{"model": "m", "ids": ["m"], "cards": [{"rates": {"input": "1"}}]}]}]}`))
	f.Add([]byte(`{"format": 1, "providers": [{"name": "a", "models": [{"model": "m", "patterns": ["m-{any}{any}{some}"], "cards": [{"rates": {"input": "1"}}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		catalogue, err := pricing.Parse("f", data)
		if err != nil {
			var lint *pricing.LintError
			if errors.As(err, &lint) && len(lint.Problems) == 0 {
				t.Error("an error without a problem")
			}
			return
		}
		merged, err := pricing.Default().With(catalogue)
		if err != nil {
			return
		}
		for _, e := range catalogue.Entries() {
			e.Rates()
			for _, id := range append(e.IDs, "m-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/") {
				call := pricing.Call{Provider: e.Provider, RequestModel: id, Start: time.Unix(1_790_000_000, 0), Usage: usage.Counts{usage.Input: 10, usage.Output: 1}}
				if got := merged.Price(&call); got.Status == "" {
					t.Errorf("%+v has no outcome", call)
				}
			}
		}
	})
}

// Anything that usage and ids arrive, there is an outcome, and an amount only with
// the statuses that have one.
func FuzzPrice(f *testing.F) {
	f.Add("openai", "gpt-5", "api.openai.com", "batch", int64(10), int64(5), int64(3), int64(2), int64(1_780_000_000))
	f.Add("aws.bedrock", "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", "", "", int64(1), int64(1), int64(0), int64(0), int64(0))
	f.Add("gcp.gen_ai", "projects/p/locations/l/publishers/g/models/m", "[::1]:80", "fast", int64(-1), int64(1), int64(0), int64(0), int64(-1))
	f.Add("openai", "ft:gpt-4o-mini-2024-07-18:a:b:c", "x.internal", "", int64(1)<<62, int64(1)<<62, int64(1)<<62, int64(0), int64(1))
	f.Fuzz(func(t *testing.T, provider, model, host, tier string, in, out, read, audio, at int64) {
		call := pricing.Call{
			Provider: provider, RequestModel: model, ServerAddress: host, ServedTier: tier, Start: time.Unix(at, 0),
			Usage: usage.Counts{usage.Input: in, usage.Output: out, usage.CacheRead: read, usage.AudioInput: audio},
		}
		got := pricing.Default().Price(&call)
		switch got.Status {
		case pricing.Priced, pricing.Free:
			if got.Amount.IsNeg() {
				t.Errorf("%+v costs %s", call, got.Amount)
			}
		case pricing.Unpriced, pricing.Invalid:
			if got.Reason == "" || len(got.Lines) > 0 {
				t.Errorf("%+v: %+v", call, got)
			}
		default:
			t.Errorf("%+v has no outcome", call)
		}
	})
}
