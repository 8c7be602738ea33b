package casefile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/pricing/casefile"
)

func price(t *testing.T, text string) pricing.Result {
	t.Helper()
	cases, err := casefile.Read(strings.NewReader(text))
	require.NoError(t, err)
	require.Len(t, cases, 1)
	result, err := cases[0].Price(pricing.Default())
	require.NoError(t, err)
	return result
}

func TestCases(t *testing.T) {
	tests := []struct {
		name, text string
		status     pricing.Status
		amount     string
		reason     pricing.Reason
	}{
		{"a list", `[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": 1000000}}]`, pricing.Priced, "1.25", ""},
		{"a list under cases", `{"cases": [{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"gen_ai.usage.input_tokens": 1000000}}]}`, pricing.Priced, "1.25", ""},
		{"counts beyond the range of a double", `[{"provider": "openai", "model": "gpt-5-nano", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": 9007199254740993}}]`, pricing.Priced, "450359962.73704965", ""},
		{"a fraction of a token", `[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": 1.5}}]`, pricing.Invalid, "0", pricing.MalformedUsage},
		{"a word", `[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": "many"}}]`, pricing.Invalid, "0", pricing.MalformedUsage},
		{"a unit nobody knows", `[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": 1, "holograms": 2}}]`, pricing.Unpriced, "0", pricing.NoRate},
		{"a unit nobody knows, unused", `[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": 1000000, "holograms": 0}}]`, pricing.Priced, "1.25", ""},
		{"the tier that was served, whatever else is said", `[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01", "usage": {"input_tokens": 1000000, "total_tokens": 1000000}, "attributes": {"service_tier": "priority", "openai.request.service_tier": "flex", "openai.response.service_tier": "default"}}]`, pricing.Priced, "1.25", ""},
		{"no usage", `[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z"}]`, pricing.Unpriced, "0", pricing.UsageMissing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := price(t, tt.text)
			assert.Equal(t, tt.status, got.Status)
			assert.Equal(t, tt.amount, got.Amount.String())
			assert.Equal(t, tt.reason, got.Reason)
		})
	}
}

func TestCases_AMistakeInACaseIsAnError(t *testing.T) {
	cases, err := casefile.Read(strings.NewReader(`[{"id": "a", "timestamp": "yesterday"}]`))
	require.NoError(t, err)
	_, err = cases[0].Price(pricing.Default())
	assert.ErrorContains(t, err, `timestamp: "yesterday" is not a time`)

	_, err = casefile.Read(strings.NewReader(`[{]`))
	assert.Error(t, err)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`[{"provider": "openai", "model": "gpt-5", "timestamp": "2026-01-01T00:00:00Z", "usage": {"input_tokens": 1}, "attributes": {"region": "eu", "speed": 1}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		cases, err := casefile.Read(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		for i := range cases {
			result, err := cases[i].Price(pricing.Default())
			if err == nil && result.Status == "" {
				t.Errorf("case %d has no outcome", i)
			}
		}
	})
}
