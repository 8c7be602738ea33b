package reconcile

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// openAIUsage is a page of GET /v1/organization/usage/{completions,embeddings}
// with group_by=model and bucket_width=1d.
type openAIUsage struct {
	Data []struct {
		Start   int64 `json:"start_time"` // Unix seconds
		Results []struct {
			Input  int64  `json:"input_tokens"` // cached ones included
			Output int64  `json:"output_tokens"`
			Cached int64  `json:"input_cached_tokens"`
			Calls  int64  `json:"num_model_requests"`
			Model  string `json:"model"`
		} `json:"results"`
	} `json:"data"`
}

func readOpenAIUsage(page []byte, export *Export) error {
	var usage openAIUsage
	if err := json.Unmarshal(page, &usage); err != nil {
		return fmt.Errorf("openai usage: %w", err)
	}
	export.Kind, export.HasUsage, export.HasCalls = "OpenAI usage", true, true
	for _, bucket := range usage.Data {
		for _, r := range bucket.Results {
			export.Lines = append(export.Lines, Line{
				Day: dayOf(time.Unix(bucket.Start, 0)), Model: r.Model,
				Calls: r.Calls, Input: r.Input, Output: r.Output, CacheRead: r.Cached,
			})
		}
	}
	return nil
}

// openAICosts is a page of GET /v1/organization/costs with group_by=line_item.
type openAICosts struct {
	Data []struct {
		Start   int64 `json:"start_time"`
		Results []struct {
			Amount struct {
				Value    json.Number `json:"value"`
				Currency string      `json:"currency"`
			} `json:"amount"`
			LineItem string `json:"line_item"`
		} `json:"results"`
	} `json:"data"`
}

func readOpenAICosts(page []byte, export *Export) error {
	var costs openAICosts
	if err := decodeNumbers(page, &costs); err != nil {
		return fmt.Errorf("openai costs: %w", err)
	}
	export.Kind, export.HasCost = "OpenAI costs", true
	for _, bucket := range costs.Data {
		for _, r := range bucket.Results {
			if !strings.EqualFold(r.Amount.Currency, "usd") {
				return fmt.Errorf("openai costs: currency %q; the ledger keeps USD", r.Amount.Currency)
			}
			cost, err := parseCost(r.Amount.Value.String())
			if err != nil {
				return fmt.Errorf("openai costs: %w", err)
			}
			export.Lines = append(export.Lines, Line{Day: dayOf(time.Unix(bucket.Start, 0)), Model: position(r.LineItem), Cost: cost})
		}
	}
	return nil
}
