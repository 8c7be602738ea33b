package pricing_test

import (
	"fmt"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func ExampleCatalogue_Price() {
	call := pricing.Call{
		Provider:      "anthropic",
		ResponseModel: "claude-haiku-4-5-20251001",
		Start:         time.Date(2025, 12, 1, 9, 30, 0, 0, time.UTC),
		Usage:         usage.Counts{usage.Input: 10_120, usage.CacheRead: 8_000, usage.CacheWrite: 2_000, usage.CacheWrite1h: 1_500, usage.Output: 350},
	}
	result := pricing.Default().Price(&call)
	for _, line := range result.Lines {
		fmt.Println(line.Kind, line.Quantity, "x", line.Rate, "/", line.Per, "=", line.Amount)
	}
	fmt.Println(result.Status, result.Amount, pricing.Currency)
	// Output:
	// input 120 x 1 / 1000000 = 0.00012
	// cache_read 8000 x 0.1 / 1000000 = 0.0008
	// cache_write 500 x 1.25 / 1000000 = 0.000625
	// cache_write_1h 1500 x 2 / 1000000 = 0.003
	// output 350 x 5 / 1000000 = 0.00175
	// priced 0.006295 USD
}

// A model without a price has no amount, and says why.
func ExampleResult_unpriced() {
	call := pricing.Call{Provider: "openai", RequestModel: "gpt-99-ultra", Start: time.Now(), Usage: usage.Counts{usage.Input: 1000}}
	result := pricing.Default().Price(&call)
	fmt.Println(result.Status, result.Reason, result.HasAmount())
	// Output: unpriced unknown_model false
}

// Your own file overrides the built-in prices.
func ExampleParse() {
	own, err := pricing.Parse("prices.json", []byte(`{
		"format": 1,
		"adjustments": [{"provider": "openai", "multiplier": "0.9"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	catalogue, err := pricing.Default().With(own)
	if err != nil {
		fmt.Println(err)
		return
	}
	call := pricing.Call{
		Provider: "openai", RequestModel: "gpt-4o",
		Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Usage: usage.Counts{usage.Input: 1_000_000},
	}
	result := catalogue.Price(&call)
	fmt.Println(result.Amount, result.Flags)
	// Output: 2.25 adjusted
}

// What is wrong with a file is told with its line.
func ExampleLint() {
	for _, problem := range pricing.Lint("prices.json", []byte(`{
		"format": 1,
		"models": []
	}`)) {
		fmt.Println(problem.Line, problem.Severity, problem.Path)
	}
	// Output: 3 error models
}
