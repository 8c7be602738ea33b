package reconcile

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
)

// anthropicUsage is a page of GET /v1/organizations/usage_report/messages with
// bucket_width=1d and group_by[]=model.
type anthropicUsage struct {
	Data []struct {
		Start   time.Time `json:"starting_at"`
		Results []struct {
			Uncached int64 `json:"uncached_input_tokens"`
			Created  struct {
				FiveMinutes int64 `json:"ephemeral_5m_input_tokens"`
				OneHour     int64 `json:"ephemeral_1h_input_tokens"`
			} `json:"cache_creation"`
			Read   int64  `json:"cache_read_input_tokens"`
			Output int64  `json:"output_tokens"`
			Model  string `json:"model"`
		} `json:"results"`
	} `json:"data"`
}

func readAnthropicUsage(page []byte, export *Export) error {
	var usage anthropicUsage
	if err := json.Unmarshal(page, &usage); err != nil {
		return fmt.Errorf("anthropic usage: %w", err)
	}
	export.Kind, export.HasUsage = "Anthropic usage", true
	for _, bucket := range usage.Data {
		for _, r := range bucket.Results {
			write := r.Created.FiveMinutes + r.Created.OneHour
			export.Lines = append(export.Lines, Line{
				Day: dayOf(bucket.Start), Model: r.Model,
				Input: r.Uncached + r.Read + write, Output: r.Output, CacheRead: r.Read, CacheWrite: write,
			})
		}
	}
	return nil
}

// anthropicCost is a page of GET /v1/organizations/cost_report with
// group_by[]=description. Amounts are in cents.
type anthropicCost struct {
	Data []struct {
		Start   time.Time `json:"starting_at"`
		Results []struct {
			Amount   string `json:"amount"`
			Currency string `json:"currency"`
			Model    string `json:"model"`
			Type     string `json:"cost_type"` // tokens, web_search, code_execution, session_usage
		} `json:"results"`
	} `json:"data"`
}

var hundredth = udecimal.MustParse("0.01")

func readAnthropicCost(page []byte, export *Export) error {
	var costs anthropicCost
	if err := json.Unmarshal(page, &costs); err != nil {
		return fmt.Errorf("anthropic cost: %w", err)
	}
	export.Kind, export.HasCost = "Anthropic cost", true
	for _, bucket := range costs.Data {
		for _, r := range bucket.Results {
			if r.Currency != "USD" {
				return fmt.Errorf("anthropic cost: currency %q; the ledger keeps USD", r.Currency)
			}
			cents, err := parseCost(r.Amount)
			if err != nil {
				return fmt.Errorf("anthropic cost: %w", err)
			}
			model := r.Model
			if model == "" && r.Type != "" {
				model = charge(strings.ReplaceAll(r.Type, "_", " "))
			}
			export.Lines = append(export.Lines, Line{Day: dayOf(bucket.Start), Model: model, Cost: cents.RoundBank(maxCostDigits - 2).Mul(hundredth)})
		}
	}
	return nil
}
