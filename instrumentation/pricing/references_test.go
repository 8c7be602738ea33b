package pricing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Each of these files is accepted, and is not what its author meant.
func TestLint_NamesEachMistakeThatPricesNothingOrWrongly(t *testing.T) {
	const card = `"cards": [{"rates": {"input": "1", "output": "2"}}]`
	adjusted := func(provider, multiplier string) string {
		return `{"format": 1, "adjustments": [
{"provider": "` + provider + `",
 "multiplier": "` + multiplier + `"}]}`
	}
	aliased := func(aliases string) string {
		return `{"format": 1, "providers": [{"name": "openai", "models": [{"model": "m", "ids": ["m"], ` + card + `}],
"aliased": [
` + aliases + `]}]}`
	}
	tests := []struct{ name, data, want string }{
		{"a provider that is misspelled", `{"format": 1, "providers": [
{"name": "anthropc", "models": [{"model": "m", "ids": ["m"], ` + card + `}]}]}`,
			`f:2: warning: providers[0].name: "anthropc" is not a built-in provider: did you mean "anthropic"?`},
		{"another name of a built-in provider", `{"format": 1, "providers": [
{"name": "aws.bedrock", "models": [{"model": "m", "ids": ["m"], ` + card + `}]}]}`,
			`f:2: warning: providers[0].name: "aws.bedrock" is another name of the built-in provider aws-bedrock`},
		{"an adjustment for a misspelled provider", adjusted("opneai", "0.9"),
			`f:2: warning: adjustments[0].provider: "opneai" is not a known provider, so the adjustment never applies: did you mean "openai"?`},
		{"an adjustment for an unknown provider", adjusted("acme", "0.9"),
			`f:2: warning: adjustments[0].provider: "acme" is not a known provider, so the adjustment never applies: use`},
		{"a commitment for an unknown provider", `{"format": 1, "commitments": [
{"name": "c", "provider": "acme", "usd_per_month": "100"}]}`,
			`f:2: warning: commitments[0].provider: "acme" is not a known provider, so the commitment covers no call`},
		{"aliases of each other", aliased(`{"id": "a", "model": "b"},
{"id": "b", "model": "a"}`),
			`f:3: warning: providers[0].aliased[0].model: "a" and "b" are aliases of each other and of no model`},
		{"an alias of itself", aliased(`{"id": "a", "model": "a"}`),
			`f:3: warning: providers[0].aliased[0].model: "a" and "a" are aliases of each other`},
		{"an alias of an alias", aliased(`{"id": "a", "model": "b"},
{"id": "b", "model": "m"}`),
			`f:3: warning: providers[0].aliased[0].model: "b" is an alias itself`},
		{"an alias of no model", aliased(`{"id": "a", "model": "gpt-5-enormous"}`),
			`f:3: warning: providers[0].aliased[0].model: "gpt-5-enormous" is not a model of provider openai`},
		{"a percentage for a multiplier", adjusted("openai", "87"),
			`f:3: warning: adjustments[0].multiplier: 87 multiplies prices by that: is it a percentage?`},
		{"a discount for a multiplier", adjusted("openai", "0.13"),
			`f:3: warning: adjustments[0].multiplier: 0.13 takes more than 80 percent off`},
		{"a multiplier of nothing", adjusted("openai", "0"),
			`f:3: warning: adjustments[0].multiplier: 0 makes every call free`},
		{"a modifier that is a percentage", `{"format": 1, "providers": [{"name": "openai", "models": [{"model": "m", "ids": ["m"], ` + card + `,
"modifiers": [{"when": {"region": ["eu"]}, "multiplier": "110"}]}]}]}`,
			`f:2: warning: providers[0].models[0].modifiers[0].multiplier: 110 multiplies prices by that`},
		{"a rate for one token", `{"format": 1, "providers": [{"name": "openai", "models": [{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "0.0000025", "output": "10"}}]}]}]}`,
			`f:2: warning: providers[0].models[0].cards[0].rates.input: 0.0000025 for a million tokens: is it the rate of one token?`},
		{"a rate for a billion tokens", `{"format": 1, "providers": [{"name": "openai", "models": [{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "2500", "output": "2500000"}}]}]}]}`,
			`f:2: warning: providers[0].models[0].cards[0].rates.output: 2500000 for a million tokens is more than any model costs`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			problems := pricing.Lint("f", []byte(tt.data))
			require.NotEmpty(t, problems)
			assert.Truef(t, strings.HasPrefix(problems[0].String(), tt.want), "got %s", problems[0])
			_, err := pricing.Parse("f", []byte(tt.data))
			require.NoError(t, err, "warnings do not keep a file from being used")
		})
	}
}

func TestLint_AcceptsNamesOfTheBuiltInCatalogueAndOfTheFile(t *testing.T) {
	data := `{"format": 1, "providers": [
{"name": "acme-gateway", "hosts": ["llm.acme.example"], "models": [{"model": "m", "ids": ["m"], "cards": [{"rates": {"input": "1"}}]}], "aliased": [{"id": "a", "model": "m"}]},
{"name": "openai", "aliased": [{"id": "acme-fast", "model": "gpt-5-mini"}]},
{"name": "aws-bedrock", "aliased": [{"id": "acme-claude", "model": "anthropic.claude-3-haiku-20240307-v1:0"}]}],
"adjustments": [{"provider": "acme-gateway", "multiplier": "1.2"}, {"provider": "aws.bedrock", "multiplier": "0.87"}, {"provider": "*", "multiplier": "0.95"}]}`
	assert.Empty(t, pricing.Lint("f", []byte(data)))
}
