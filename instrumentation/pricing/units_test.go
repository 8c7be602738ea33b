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
