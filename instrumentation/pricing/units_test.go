package pricing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestPrice_DependsOnEveryBilledCount(t *testing.T) {
	var rates []string
	for i, key := range pricing.RateKeys() {
		if key != "gpu_hour" && key != "storage_per_mtok_hour" {
			rates = append(rates, fmt.Sprintf("%q: \"%d\"", key, (i+1)*(i+1)))
		}
	}
	catalogue, err := pricing.Parse("units", []byte(`{"format": 1, "version": "units", "providers": [{"name": "acme", "models": [
		{"model": "acme-1", "ids": ["acme-1"], "cards": [{"rates": {`+strings.Join(rates, ", ")+`}}]}]}]}`))
	require.NoError(t, err)
	base := usage.Counts{
		usage.Input: 100_000, usage.Output: 100_000, usage.CacheRead: 10_000, usage.CacheWrite: 10_000,
		usage.AudioInput: 10_000, usage.ImageInput: 10_000,
	}
	cost := func(counts usage.Counts) string {
		r := catalogue.Price(&pricing.Call{Provider: "acme", RequestModel: "acme-1", Start: identityTime, Usage: counts})
		require.True(t, r.HasAmount(), "%s %s", r.Reason, r.Detail)
		return r.Amount.String()
	}
	for f := range usage.NumBilled {
		if f.Unit() == usage.Credit {
			continue // the amount is stated by the vendor
		}
		more := base
		more[f] += 1000
		assert.NotEqual(t, cost(base), cost(more), "%s moves no price", f)
	}
}

func TestPrice_RefusesAPartThatIsMoreThanItsTotal(t *testing.T) {
	for f := range usage.NumBilled {
		total, ok := f.PartOf()
		if !ok {
			continue
		}
		counts := usage.Counts{usage.Input: 100, usage.Output: 100, usage.CacheRead: 10, usage.CacheWrite: 10, usage.AudioInput: 50, usage.ImageInput: 50}
		counts[f] = counts[total] + 1
		r := pricing.Default().Price(&pricing.Call{Provider: "openai", RequestModel: "gpt-5", Start: identityTime, Usage: counts})
		assert.Equal(t, pricing.Invalid, r.Status, "%s above its total %s", f, total)
	}
}

func TestPrice_OfAVideoIsThatOfItsResolution(t *testing.T) {
	for name, tc := range map[string]struct {
		provider, model, resolution string
		seconds                     int64
		want                        string
	}{
		"Veo":                         {"gcp.gemini", "veo-3.1-generate-preview", "", 8, "priced 3.2 "},
		"Veo in 4k":                   {"gcp.gemini", "veo-3.1-generate-preview", "4k", 8, "priced 4.8 "},
		"Veo Lite in 1080p":           {"gcp.gemini", "veo-3.1-lite-generate-preview", "1080p", 8, "priced 0.64 "},
		"Sora":                        {"openai", "sora-2", "720p", 4, "priced 0.4 "},
		"Sora Pro":                    {"openai", "sora-2-pro", "1024p", 12, "priced 6 "},
		"a resolution without a rate": {"openai", "sora-2-pro", "1080p", 12, "unpriced 0 no_mode"},
		"xAI":                         {"x_ai", "grok-imagine-video", "480p", 1, "priced 0.05 "},
		"xAI, made of a picture":      {"x_ai", "grok-imagine-video", "480p_with_source", 1, "unpriced 0 no_mode"},
		"of unknown length":           {"x_ai", "grok-imagine-video", "480p", 0, "unpriced 0 quantity_unknown"},
	} {
		r := pricing.Default().Price(&pricing.Call{
			Provider: tc.provider, RequestModel: tc.model, Speed: tc.resolution, Start: identityTime,
			Usage: usage.Counts{usage.VideoSeconds: tc.seconds},
		})
		assert.Equal(t, tc.want, fmt.Sprintf("%s %s %s", r.Status, r.Amount, r.Reason), name)
	}
}

func TestPrice_OfSpeechIsByTheCharacter(t *testing.T) {
	for model, want := range map[string]string{"tts-1": "priced 0.0615 ", "tts-1-hd": "priced 0.123 ", "gpt-4o-mini-tts": "unpriced 0 unknown_model"} {
		r := pricing.Default().Price(&pricing.Call{
			Provider: "openai", RequestModel: model, Start: identityTime, Usage: usage.Counts{usage.Characters: 4100},
		})
		assert.Equal(t, want, fmt.Sprintf("%s %s %s", r.Status, r.Amount, r.Reason), model)
	}
}
