package chargeback

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// FOCUSPreview is FOCUS 1.5 as far as it is decided for AI: a row for each kind of
// token, with the model and the kind in SkuPriceDetails. It may change with the
// specification.
const FOCUSPreview = "1.5-preview"

// tokenKind is one kind of tokens that has its own rate.
type tokenKind struct {
	direction, cacheAction string // values of FOCUS
	rate                   string // Kind of a rate in the catalogue
	count                  func(*Usage) int64
}

var tokenKinds = []tokenKind{
	{"Input", "None", "input", func(u *Usage) int64 { return u.Totals.Input - u.Totals.CacheRead - u.Totals.CacheWrite }},
	{"Input", "Read", "cache_read", func(u *Usage) int64 { return u.Totals.CacheRead }},
	{"Input", "Write", "cache_write", func(u *Usage) int64 { return u.Totals.CacheWrite }},
	{"Output", "None", "output", func(u *Usage) int64 { return u.Totals.Output }},
}

// focusTokens holds the kind and number of the tokens of a row.
type focusTokens struct {
	kind  *tokenKind // nil = the catalogue has no rates by kind
	count int64
}

// byTokens divides a row of usage by kinds of tokens. The cost of the row is
// divided in the proportions that the kinds have at list price, so that the
// parts add up to it. Where the catalogue has no rate for a kind in use the row stays
// whole, without a direction.
func (r focusRow) byTokens() []focusRow {
	if r.usage == nil {
		return []focusRow{r}
	}
	whole := r
	whole.tokens = &focusTokens{count: r.usage.Totals.Input + r.usage.Totals.Output}
	rates := listRates(r.usage, r.from)
	var parts []focusRow
	var weights []weighted
	for i := range tokenKinds {
		kind := &tokenKinds[i]
		n := kind.count(r.usage)
		if n <= 0 {
			continue
		}
		rate, known := rates[kind.rate]
		if !known && kind.direction == "Input" {
			rate, known = rates["input"] // writing into a cache, or reading it, that is not priced apart
		}
		if !known {
			return []focusRow{whole}
		}
		part := r
		part.tokens = &focusTokens{kind, n}
		part.description += ", " + strings.ToLower(kind.direction+" tokens, cache "+kind.cacheAction)
		parts = append(parts, part)
		weights = append(weights, weighted{strconv.Itoa(i), units(rate.Mul(udecimal.MustFromInt64(n, 0)))})
	}
	shares, priced := spread(r.cost, weights), spread(r.priced, weights)
	if shares == nil {
		return []focusRow{whole}
	}
	for i := range parts {
		parts[i].cost, parts[i].priced = shares[weights[i].name], priced[weights[i].name]
	}
	return parts
}

// listRates are the standard rates of a model for a million tokens.
func listRates(u *Usage, at time.Time) map[string]udecimal.Decimal {
	entries, reason := pricing.Default().Resolve(u.Provider, u.Model, at)
	if reason != "" || len(entries) == 0 {
		return nil
	}
	rates := make(map[string]udecimal.Decimal)
	for _, rate := range entries[0].Rates() {
		if _, known := rates[rate.Kind]; !known && rate.Mode == "standard" && rate.Applies == "" && rate.InForce(at) {
			rates[rate.Kind] = rate.Amount
		}
	}
	return rates
}

// makers are the developers and families of models, by how their ids begin.
var makers = []struct{ prefix, developer, family string }{
	{"claude", "Anthropic", "Claude"}, {"gpt-oss", "OpenAI", "gpt-oss"}, {"gpt", "OpenAI", "GPT"}, {"chatgpt", "OpenAI", "GPT"},
	{"codex", "OpenAI", "Codex"}, {"o1", "OpenAI", "o-series"}, {"o3", "OpenAI", "o-series"}, {"o4", "OpenAI", "o-series"},
	{"text-embedding", "OpenAI", "Text Embedding"}, {"whisper", "OpenAI", "Whisper"}, {"gemini", "Google", "Gemini"}, {"gemma", "Google", "Gemma"},
	{"llama", "Meta", "Llama"}, {"mistral", "Mistral AI", "Mistral"}, {"ministral", "Mistral AI", "Ministral"}, {"codestral", "Mistral AI", "Codestral"},
	{"nova", "Amazon", "Nova"}, {"titan", "Amazon", "Titan"}, {"command", "Cohere", "Command"}, {"embed-", "Cohere", "Embed"}, {"rerank", "Cohere", "Rerank"},
	{"grok", "xAI", "Grok"}, {"deepseek", "DeepSeek", "DeepSeek"}, {"qwen", "Alibaba", "Qwen"}, {"kimi", "Moonshot AI", "Kimi"},
	{"glm", "Z.ai", "GLM"}, {"jamba", "AI21 Labs", "Jamba"}, {"voyage", "Voyage AI", "Voyage"}, {"sonar", "Perplexity", "Sonar"},
}

var (
	// routePrefix matches regions and makers before an id: "us.anthropic.", "openai/".
	routePrefix = regexp.MustCompile(`^(?:[a-z][a-z-]*[./])+`)
	// version matches a snapshot of a model: a date, and what follows it.
	version = regexp.MustCompile(`[-@](20\d{2}-?\d{2}-?\d{2}(?:-v\d+(?::\d+)?)?|v\d+(?::\d+)?)$`)
)

// skuPriceDetails describes a row of usage by the properties of FOCUS 1.5.
func skuPriceDetails(r *focusRow) string {
	if r.usage == nil || r.tokens == nil {
		return ""
	}
	details := map[string]string{"ModelId": r.usage.Model}
	bare := routePrefix.ReplaceAllString(strings.ToLower(r.usage.Model), "")
	for _, m := range makers {
		if strings.HasPrefix(bare, m.prefix) {
			details["ModelDeveloper"], details["ModelFamily"] = m.developer, m.family
			break
		}
	}
	if m := version.FindStringSubmatch(bare); m != nil {
		details["ModelVersion"] = m[1]
	}
	if kind := r.tokens.kind; kind != nil {
		details["TokenDirection"], details["TokenCacheAction"] = kind.direction, kind.cacheAction
	}
	text, err := json.Marshal(details)
	if err != nil {
		panic(err) // strings alone
	}
	return string(text)
}
