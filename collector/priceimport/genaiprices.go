package priceimport

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// genaiRates are the unit keys that have a rate key. Prices are per million or
// per thousand already.
var genaiRates = map[string]string{
	"input_mtok":            "input",
	"output_mtok":           "output",
	"cache_read_mtok":       "cache_read",
	"cache_write_mtok":      "cache_write",
	"cache_write_5m_mtok":   "cache_write_5m",
	"cache_write_1h_mtok":   "cache_write_1h",
	"input_audio_mtok":      "input_audio",
	"output_audio_mtok":     "output_audio",
	"cache_audio_read_mtok": "cache_read_audio",
	"input_image_mtok":      "input_image",
	"output_image_mtok":     "output_image",
	"cache_image_read_mtok": "cache_read_image",
	"input_video_mtok":      "input_video",
	"requests_kcount":       "request_per_1k",
}

// genaiProviders maps that list's ids to the catalogue's; others keep theirs.
var genaiProviders = map[string]string{
	"aws":   "aws-bedrock",
	"azure": "azure-openai",
	"x-ai":  "xai",
}

type genaiProvider struct {
	ID     string       `json:"id"`
	Models []genaiModel `json:"models"`
}

type genaiModel struct {
	ID      string          `json:"id"`
	Match   map[string]any  `json:"match"`
	Context int64           `json:"context_window"`
	Prices  json.RawMessage `json:"prices"`
}

type genaiPeriod struct {
	Constraint map[string]any             `json:"constraint"`
	Prices     map[string]json.RawMessage `json:"prices"`
}

// GenAIPrices reads the data.json of pydantic/genai-prices. Its models are
// matched by prefix and substring; only the ids it states whole are taken over.
func GenAIPrices(r io.Reader) (*Result, error) {
	var list []genaiProvider
	if err := json.NewDecoder(r).Decode(&list); err != nil {
		return nil, fmt.Errorf("genai-prices data: %w", err)
	}
	b := newBuilder("genai-prices")
	for _, p := range list {
		provider := p.ID
		if mapped, ok := genaiProviders[p.ID]; ok {
			provider = mapped
		}
		for i := range p.Models {
			b.genaiModel(provider, &p.Models[i])
		}
	}
	return b.result("pydantic/genai-prices prices/data.json"), nil
}

func (b *builder) genaiModel(provider string, m *genaiModel) {
	name := provider + "/" + m.ID
	ids := []string{m.ID}
	for _, rule := range genaiRules(m.Match) {
		if rule.kind == "equals" {
			if !slices.Contains(ids, rule.text) {
				ids = append(ids, rule.text)
			}
			continue
		}
		b.lose(name, "matches ids by %s %q; write the ids out", strings.ReplaceAll(rule.kind, "_", " "), rule.text)
	}
	periods, err := genaiPeriods(m.Prices)
	if err != nil {
		b.lose(name, "prices: %v", err)
		return
	}
	cards, ok := b.genaiCards(name, periods)
	if !ok || len(cards) == 0 {
		return
	}
	b.add(provider, pricefile.Model{Model: m.ID, IDs: ids, Context: m.Context, Cards: cards})
}

type genaiRule struct{ kind, text string }

// genaiRules lists the leaves of a match clause.
func genaiRules(match map[string]any) []genaiRule {
	var rules []genaiRule
	for _, kind := range slices.Sorted(maps.Keys(match)) {
		switch value := match[kind].(type) {
		case string:
			rules = append(rules, genaiRule{kind, value})
		case []any:
			for _, clause := range value {
				if nested, ok := clause.(map[string]any); ok && kind == "or" {
					rules = append(rules, genaiRules(nested)...)
				} else {
					rules = append(rules, genaiRule{kind, "several clauses"})
					break
				}
			}
		}
	}
	return rules
}

// genaiPeriods reads one price, or a list of prices under constraints.
func genaiPeriods(raw json.RawMessage) ([]genaiPeriod, error) {
	if len(raw) > 0 && raw[0] == '[' {
		var periods []genaiPeriod
		err := json.Unmarshal(raw, &periods)
		return periods, err
	}
	var one genaiPeriod
	err := json.Unmarshal(raw, &one.Prices)
	return []genaiPeriod{one}, err
}

// genaiCards turns the prices into cards, each valid until the next begins.
func (b *builder) genaiCards(name string, periods []genaiPeriod) ([]pricefile.Card, bool) {
	var cards []pricefile.Card
	for _, period := range periods {
		card := pricefile.Card{}
		for _, key := range slices.Sorted(maps.Keys(period.Constraint)) {
			if start, ok := period.Constraint[key].(string); ok && key == "start_date" {
				card.From = start
				continue
			}
			if key == "type" {
				continue
			}
			b.lose(name, "a price that depends on %s cannot be converted; the model is left out", key)
			return nil, false
		}
		if !b.genaiRates(name, &card, period.Prices) {
			return nil, false
		}
		if len(card.Rates) > 0 {
			cards = append(cards, card)
		}
	}
	rowsort.StableFunc(cards, func(a, z pricefile.Card) int { return strings.Compare(a.From, z.From) })
	for i := 1; i < len(cards); i++ {
		cards[i-1].Until = cards[i].From
	}
	return cards, true
}

func (b *builder) genaiRates(name string, card *pricefile.Card, prices map[string]json.RawMessage) bool {
	card.Rates = make(map[string]string)
	tiers := make(map[int64]map[string]string)
	zeros := 0
	for _, unit := range slices.Sorted(maps.Keys(prices)) {
		var tiered struct {
			Base  json.Number `json:"base"`
			Tiers []struct {
				Start int64       `json:"start"`
				Price json.Number `json:"price"`
			} `json:"tiers"`
		}
		if json.Unmarshal(prices[unit], &tiered.Base) != nil {
			if err := json.Unmarshal(prices[unit], &tiered); err != nil {
				b.lose(name, "%s: %v", unit, err)
				continue
			}
		}
		key, known := genaiRates[unit]
		rate, zero, exact := rescale(tiered.Base, 1)
		switch {
		case !known:
			b.lose(name, "%s has no equivalent", unit)
			continue
		case !exact:
			b.lose(name, "%s is %s, not an exact decimal", unit, tiered.Base)
			continue
		case zero:
			zeros++
		}
		card.Rates[key] = rate
		for _, tier := range tiered.Tiers {
			rate, _, exact := rescale(tier.Price, 1)
			if !exact {
				b.lose(name, "%s above %d is %s, not an exact decimal", unit, tier.Start, tier.Price)
				return false
			}
			if tiers[tier.Start] == nil {
				tiers[tier.Start] = make(map[string]string)
			}
			tiers[tier.Start][key] = rate
		}
	}
	if zeros > 0 && zeros == len(card.Rates) {
		b.lose(name, "every rate is zero, which may mean free or unknown")
		return false
	}
	for _, over := range slices.Sorted(maps.Keys(tiers)) {
		rates := tiers[over]
		for key, rate := range card.Rates {
			if _, own := rates[key]; !own {
				rates[key] = rate
			}
		}
		card.Tiers = append(card.Tiers, pricefile.Tier{Over: over, Rates: rates})
	}
	return true
}
