package priceimport

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// litellmRates are the cost fields that have a rate key, with the number of
// units the rate is for.
var litellmRates = map[string]struct {
	key  string
	unit int64
}{
	"input_cost_per_token":                        {"input", 1_000_000},
	"output_cost_per_token":                       {"output", 1_000_000},
	"cache_read_input_token_cost":                 {"cache_read", 1_000_000},
	"cache_creation_input_token_cost":             {"cache_write", 1_000_000},
	"cache_creation_input_token_cost_above_1hr":   {"cache_write_1h", 1_000_000},
	"input_cost_per_audio_token":                  {"input_audio", 1_000_000},
	"output_cost_per_audio_token":                 {"output_audio", 1_000_000},
	"input_cost_per_image_token":                  {"input_image", 1_000_000},
	"output_cost_per_image_token":                 {"output_image", 1_000_000},
	"output_cost_per_reasoning_token":             {"output_reasoning", 1_000_000},
	"cache_read_input_audio_token_cost":           {"cache_read_audio", 1_000_000},
	"cache_read_input_token_cost_per_audio_token": {"cache_read_audio", 1_000_000},
	"cache_read_input_image_token_cost":           {"cache_read_image", 1_000_000},
	"citation_cost_per_token":                     {"output_citation", 1_000_000},
	"input_cost_per_query":                        {"search_unit_per_1k", 1_000},
	"ocr_cost_per_page":                           {"page_per_1k", 1_000},
	"annotation_cost_per_page":                    {"annotated_page_per_1k", 1_000},
}

// litellmField takes a cost field apart: its base, a threshold of the prompt
// and a mode, in either order.
var litellmField = regexp.MustCompile(`^(.+?)(?:_above_(\d+)k_tokens)?(?:_(priority|flex|batches|batch))?(?:_above_(\d+)k_tokens)?$`)

// litellmProviders maps LiteLLM's names to the catalogue's; others keep theirs.
var litellmProviders = map[string]string{
	"text-completion-openai":        "openai",
	"bedrock":                       "aws-bedrock",
	"bedrock_converse":              "aws-bedrock",
	"bedrock_mantle":                "aws-bedrock",
	"azure":                         "azure-openai",
	"azure_ai":                      "azure-openai",
	"azure_text":                    "azure-openai",
	"gemini":                        "google",
	"cohere_chat":                   "cohere",
	"together_ai":                   "together",
	"fireworks_ai":                  "fireworks",
	"fireworks_ai-embedding-models": "fireworks",
	"voyage":                        "voyage",
}

// LiteLLM reads model_prices_and_context_window.json. That list has no dates:
// every price is taken as open in time.
func LiteLLM(r io.Reader) (*Result, error) {
	var list map[string]any
	dec := json.NewDecoder(r)
	dec.UseNumber()
	if err := dec.Decode(&list); err != nil {
		return nil, fmt.Errorf("litellm price list: %w", err)
	}
	b := newBuilder("litellm")
	for _, id := range slices.Sorted(maps.Keys(list)) {
		fields, isModel := list[id].(map[string]any)
		if isModel && id != "sample_spec" {
			b.litellmModel(id, fields)
		}
	}
	return b.result("BerriAI/litellm model_prices_and_context_window.json"), nil
}

func (b *builder) litellmModel(id string, fields map[string]any) {
	named, _ := fields["litellm_provider"].(string)
	if named == "" {
		b.lose(id, "names no provider")
		return
	}
	provider, bare, region := litellmIdentity(id, named)
	cards := litellmCards{}
	zeros := 0
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if !strings.Contains(field, "cost") {
			continue
		}
		switch value := fields[field].(type) {
		case json.Number:
			if b.litellmRate(&cards, id, field, value) {
				zeros++
			}
		case map[string]any:
			if field == "search_context_cost_per_query" {
				b.litellmSearch(&cards, id, provider, value)
			} else {
				b.lose(id, "%s is not a single rate", field)
			}
		case nil:
		default:
			b.lose(id, "%s is not a number", field)
		}
	}
	if _, tiered := fields["tiered_pricing"]; tiered {
		b.lose(id, "tiered_pricing cannot be converted")
	}
	model := pricefile.Model{Model: bare, Region: region, IDs: []string{bare}, Cards: cards.list()}
	for _, zone := range []string{"eu", "us"} {
		multiplier, ok := fields["regional_processing_uplift_multiplier_"+zone].(json.Number)
		if ok && provider == "openai" {
			model.Modifiers = append(model.Modifiers, pricefile.Modifier{
				When:       map[string][]string{"data_residency": {zone}},
				Multiplier: multiplier.String(),
			})
		} else if ok {
			b.lose(id, "the uplift of zone %s has no equivalent at this provider", zone)
		}
	}
	if _, special := fields["provider_specific_entry"]; special {
		b.lose(id, "provider_specific_entry cannot be converted")
	}
	if mode, _ := fields["mode"].(string); mode != "" && mode != "chat" {
		model.Kind = mode
	}
	if window, ok := fields["max_input_tokens"].(json.Number); ok {
		model.Context, _ = window.Int64()
	}
	if len(model.Cards) == 0 {
		if zeros > 0 {
			b.lose(id, "every rate is zero, which may mean free or unknown")
		} else {
			b.lose(id, "has no rate that can be converted")
		}
		return
	}
	b.add(provider, model)
}

// litellmIdentity takes the provider and region off the front of an id.
func litellmIdentity(id, named string) (provider, bare, region string) {
	provider = named
	if mapped, ok := litellmProviders[named]; ok {
		provider = mapped
	} else if strings.HasPrefix(named, "vertex_ai") {
		provider = "google-vertex"
	}
	bare = id
	for _, prefix := range []string{named + "/", "vertex_ai/", "bedrock/", "azure/", "azure_ai/"} {
		bare = strings.TrimPrefix(bare, prefix)
	}
	if provider != "azure-openai" {
		return provider, bare, ""
	}
	zone, rest, ok := strings.Cut(bare, "/")
	switch {
	case !ok:
		return provider, bare, "global"
	case zone == "global" || zone == "global-standard":
		return provider, rest, "global"
	}
	return provider, rest, zone
}

// litellmCards gathers rates by mode and threshold.
type litellmCards map[string]map[int64]map[string]string

func (c litellmCards) put(mode string, over int64, key, rate string) {
	if c[mode] == nil {
		c[mode] = make(map[int64]map[string]string)
	}
	if c[mode][over] == nil {
		c[mode][over] = make(map[string]string)
	}
	c[mode][over][key] = rate
}

// list puts standard first. A threshold's rates are next to the base rates
// they do not replace.
func (c litellmCards) list() []pricefile.Card {
	var cards []pricefile.Card
	for _, mode := range slices.Sorted(maps.Keys(c)) {
		base := c[mode][0]
		if len(base) == 0 {
			continue
		}
		card := pricefile.Card{Mode: mode, Rates: base}
		for _, over := range slices.Sorted(maps.Keys(c[mode])) {
			if over == 0 {
				continue
			}
			rates := maps.Clone(c[mode][over])
			for key, rate := range base {
				if _, own := rates[key]; !own {
					rates[key] = rate
				}
			}
			card.Tiers = append(card.Tiers, pricefile.Tier{Over: over, Rates: rates})
		}
		cards = append(cards, card)
	}
	return cards
}

// litellmRate takes one field over; it reports a rate of zero, which it leaves out.
func (b *builder) litellmRate(cards *litellmCards, id, field string, value json.Number) (zero bool) {
	mode, over := "", int64(0)
	spec, known := litellmRates[field]
	if !known {
		m := litellmField.FindStringSubmatch(field)
		mode = m[3]
		spec, known = litellmRates[m[1]]
		threshold := m[2] + m[4]
		if threshold != "" {
			thousands, err := strconv.ParseInt(threshold, 10, 32)
			if err != nil {
				known = false
			}
			over = thousands * 1000
		}
		if mode == "batches" {
			mode = "batch"
		}
	}
	rate, zero, exact := rescale(value, max(spec.unit, 1))
	switch {
	case zero:
		return true
	case !known:
		b.lose(id, "%s has no equivalent", field)
	case !exact:
		b.lose(id, "%s is %s, not an exact decimal", field, value)
	default:
		cards.put(mode, over, spec.key, rate)
	}
	return false
}

// litellmSearch takes over what a search costs: graded by context size at
// Perplexity, where every request pays, and one price for each search elsewhere.
func (b *builder) litellmSearch(cards *litellmCards, id, provider string, sizes map[string]any) {
	rates := make(map[string]string)
	for _, size := range []string{"low", "medium", "high"} {
		number, ok := sizes["search_context_size_"+size].(json.Number)
		if !ok {
			continue
		}
		rate, zero, exact := rescale(number, 1000)
		if !exact {
			b.lose(id, "the search fee for %s context is %s, not an exact decimal", size, number)
		} else if !zero {
			rates[size] = rate
		}
	}
	if provider == "perplexity" {
		for size, rate := range rates {
			cards.put("", 0, "request_per_1k_"+size, rate)
		}
		return
	}
	rate := rates["medium"]
	for _, other := range rates {
		if other != rate {
			b.lose(id, "the search fee depends on the context size")
			return
		}
	}
	if rate != "" {
		cards.put("", 0, "web_search_per_1k", rate)
	}
}
