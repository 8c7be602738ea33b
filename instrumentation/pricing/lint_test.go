package pricing_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// file wraps models of one provider; they begin on line 3.
func file(models string) string {
	return `{"format": 1, "providers": [
{"name": "acme", "models": [
` + models + `
]}]}`
}

func TestLint_NamesTheLineTheKeyAndTheFix(t *testing.T) {
	tests := []struct {
		name string
		data string
		want string // file:line: severity: path: beginning of the message
	}{
		{"no JSON at all", "prices", `f:1: error: is not JSON: invalid character 'p'`},
		{"cut short", `{"format": 1,`, `f:1: error: file ends in the middle of a value`},
		{"a list for a file", `[]`, `f:1: error: is a JSON array; an object belongs here`},
		{"more than one value", `{"format": 1} {}`, `f:1: error: the file continues after its closing brace`},
		{"another format", `{"format": 2}`, `f:1: error: format: 2 is not known; this release reads format 1`},
		{"an unknown key", file(`{"model": "m", "ids": ["m"],
"price": "1",
"cards": [{"rates": {"input": "1"}}]}`), `f:4: error: providers[0].models[0].price: is not a known key; known here are model, kind,`},
		{"a key twice", file(`{"model": "m", "ids": ["m"],
"model": "n", "cards": [{"rates": {"input": "1"}}]}`), `f:4: error: providers[0].models[0].model: the key appears twice`},
		{"a number for money", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": 1.5}}]}`), `f:4: error: providers.models.cards.rates: is a JSON number; a string belongs here`},
		{"an unknown rate", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"inputs": "1"}}]}`), `f:4: error: providers[0].models[0].cards[0].rates.inputs: is not a known rate; known are annotated_page_per_1k,`},
		{"a negative rate", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "-1"}}]}`), `f:4: error: providers[0].models[0].cards[0].rates.input: -1 is negative`},
		{"a rate that is no number", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "1,5"}}]}`), `f:4: error: providers[0].models[0].cards[0].rates.input: "1,5" is not a decimal number`},
		{"more digits than are exact", file(`{"model": "m", "ids": ["m"], "cards": [{"rates": {"input": "0.0000000000001"}}]}`),
			`f:1: error: provider acme, model m: rate input 0.0000000000001 needs 19 decimal digits`},
		{"periods that overlap", file(`{"model": "m", "ids": ["m"], "cards": [
{"until": "2026-02-01", "rates": {"input": "1"}},
{"from": "2026-01-31", "rates": {"input": "2"}}]}`), `f:5: error: providers[0].models[0].cards[1].from: overlaps the period before it, which ends 2026-02-01T00:00:00Z`},
		{"an open period before another", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "1"}},
{"from": "2026-01-31", "rates": {"input": "2"}}]}`), `f:5: error: providers[0].models[0].cards[1]: overlaps the period before it, which has no until`},
		{"periods with a gap", file(`{"model": "m", "ids": ["m"], "cards": [
{"until": "2026-02-01", "rates": {"input": "1"}},
{"from": "2026-02-02", "rates": {"input": "2"}}]}`), `f:5: error: providers[0].models[0].cards[1].from: leaves a gap after the period before it, which ends 2026-02-01T00:00:00Z; state the gap`},
		{"a period that ends before it begins", file(`{"model": "m", "ids": ["m"], "cards": [
{"from": "2026-02-02", "until": "2026-02-01", "rates": {"input": "1"}}]}`), `f:4: error: providers[0].models[0].cards[0].until: 2026-02-01 is not after from, 2026-02-02`},
		{"a date nobody can read", file(`{"model": "m", "ids": ["m"], "cards": [
{"from": "1/2/2026", "rates": {"input": "1"}}]}`), `f:4: error: providers[0].models[0].cards[0].from: "1/2/2026" is neither a day`},
		{"a regular expression", file(`{"model": "m", "cards": [{"rates": {"input": "1"}}],
"patterns": ["^gpt-5.*"]}`), `f:4: error: providers[0].models[0].patterns[0]: pattern "^gpt-5.*": '^' is not part of the pattern language`},
		{"a pattern without an anchor", file(`{"model": "m", "cards": [{"rates": {"input": "1"}}],
"patterns": ["{word}-turbo"]}`), `f:4: error: providers[0].models[0].patterns[0]: "{word}-turbo" begins with a placeholder and would match ids of any family`},
		{"an id that two models claim", file(`{"model": "m", "ids": ["m"], "cards": [{"rates": {"input": "1"}}]},
{"model": "n", "ids": ["n", "M"], "cards": [{"rates": {"input": "1"}}]}`), `f:4: error: providers[0].models[1].ids[1]: "m" already belongs to model "m"`},
		{"a model without a price", file(`{"model": "m", "ids": ["m"], "cards": []}`), `f:3: error: providers[0].models[0].cards: a model needs at least one price card`},
		{"a model without an id", file(`{"model": "m", "cards": [{"rates": {"input": "1"}}]}`), `f:3: error: providers[0].models[0].ids: a model needs at least one id or pattern`},
		{"an alias of nothing", `{"format": 1, "providers": [{"name": "acme", "aliased": [
{"id": "a"}]}]}`, `f:2: error: providers[0].aliased[0].model: is missing`},
		{"a window that covers no time", file(`{"model": "m", "ids": ["m"], "cards": [{"rates": {"input": "1"}, "windows": [
{"name": "w", "utc": [["01:00", "01:00"]], "rates": {"input": "2"}}]}]}`), `f:4: error: providers[0].models[0].cards[0].windows[0].utc[0]: covers no time`},
		{"an hour that does not exist", file(`{"model": "m", "ids": ["m"], "cards": [{"rates": {"input": "1"}, "windows": [
{"name": "w", "utc": [["25:00", "01:00"]], "rates": {"input": "2"}}]}]}`), `f:4: error: providers[0].models[0].cards[0].windows[0].utc[0][0]: "25:00" is not a time of day`},
		{"a source nobody described", `{"format": 1, "sources": {"A": {"title": "a"}}, "providers": [{"name": "acme", "models": [
{"model": "m", "ids": ["m"], "sources": ["B"], "cards": [{"rates": {"input": "1"}}]}]}]}`, `f:2: error: providers[0].models[0].sources[0]: "B" is not among the file's sources`},
		{"an adjustment for nobody", `{"format": 1, "adjustments": [
{"multiplier": "0.9"}]}`, `f:2: error: adjustments[0].provider: is missing`},
		{"a commitment without a name", `{"format": 1, "commitments": [
{"usd_per_month": "100"}]}`, `f:2: error: commitments[0].name: is missing`},
		{"gateways that are no list", `{"format": 1, "gateways": [
"[llm, other"]}`, `f:2: error: gateways[0]: "[llm, other" is not a host name`},
		{"a gateway that is an address of a page", `{"format": 1, "gateways": [
"https://llm/v1"]}`, `f:2: error: gateways[0]: "https://llm/v1" is not a host name`},
		{"cache reads dearer than input", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "1", "cache_read": "10"}}]}`), `f:4: warning: providers[0].models[0].cards[0].rates.cache_read: 10 with an input rate of 1`},
		{"input and output swapped", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "10", "output": "1"}}]}`), `f:4: warning: providers[0].models[0].cards[0].rates.output: 1 is below the input rate of 10: are they swapped?`},
		{"a batch discount out of proportion", file(`{"model": "m", "ids": ["m"], "cards": [
{"rates": {"input": "10"}},
{"mode": "batch", "rates": {"input": "1"}}]}`), `f:5: warning: providers[0].models[0].cards[1].rates.input: 1 with a standard rate of 10`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			problems := pricing.Lint("f", []byte(tt.data))
			require.NotEmpty(t, problems)
			assert.Truef(t, strings.HasPrefix(problems[0].String(), tt.want), "got %s", problems[0])
			catalogue, err := pricing.Parse("f", []byte(tt.data))
			if problems[0].Severity == pricing.Error {
				var lint *pricing.LintError
				require.ErrorAs(t, err, &lint)
				assert.Nil(t, catalogue)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func TestLint_TheBuiltInFilesAreFreeOfProblems(t *testing.T) {
	files, err := filepath.Glob("catalogue/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Empty(t, pricing.Lint(name, data))
	}
}

func TestLint_EveryBuiltInRateHasProvenance(t *testing.T) {
	entries := pricing.Default().Entries()
	models := map[string]bool{}
	for _, e := range entries {
		models[e.Provider+" "+e.Model.Model+" "+e.Region] = true
		rates := e.Rates()
		require.NotEmpty(t, rates, e.Model.Model)
		for _, r := range rates {
			assert.NotEmpty(t, r.Sources, e.Model.Model)
			assert.Contains(t, []string{"A", "B"}, r.Confidence, e.Model.Model)
			for _, key := range r.Sources {
				assert.NotEmpty(t, e.Titles[key].Title, "%s: source %s", e.Model.Model, key)
				if key != "MEM" {
					assert.NotEmpty(t, e.Titles[key].Read, "source %s: when it was read", key)
				}
			}
		}
	}
	// Two models more are aliases with a history of their own.
	assert.Len(t, models, 505)
}
