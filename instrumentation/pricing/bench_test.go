package pricing_test

import (
	"testing"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func BenchmarkPrice(b *testing.B) {
	at := time.Date(2026, 8, 10, 10, 0, 0, 0, time.UTC)
	for _, bench := range []struct {
		name string
		call pricing.Call
	}{
		{"plain", pricing.Call{
			Provider: "openai", RequestModel: "gpt-4o-mini", Start: at,
			Usage: usage.Counts{usage.Input: 1200, usage.Output: 300},
		}},
		{"tier_mode_cache", pricing.Call{
			Provider: "openai", RequestModel: "gpt-5.6-sol", ServedTier: "batch", Start: at,
			Usage: usage.Counts{usage.Input: 400_000, usage.CacheRead: 100_000, usage.CacheWrite: 20_000, usage.Output: 10_000},
		}},
		{"modifier_ttl_tool", pricing.Call{
			Provider: "anthropic", RequestModel: "claude-sonnet-5", ResponseModel: "claude-sonnet-5", InferenceGeo: "us", Start: at,
			ServerAddress: "api.anthropic.com",
			Usage:         usage.Counts{usage.Input: 40_000, usage.CacheRead: 20_000, usage.CacheWrite: 8_000, usage.CacheWrite1h: 3_000, usage.Output: 1_500, usage.WebSearches: 2},
		}},
		{"window_holiday", pricing.Call{
			Provider: "deepseek", RequestModel: "deepseek-flash", Start: time.Date(2026, 10, 14, 2, 0, 0, 0, time.UTC),
			Usage: usage.Counts{usage.Input: 100_000, usage.CacheRead: 40_000, usage.Output: 10_000},
		}},
		{"bedrock_arn", pricing.Call{
			Provider: "aws.bedrock", RequestModel: "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0", Start: at,
			Usage: usage.Counts{usage.Input: 3000, usage.Output: 700},
		}},
		{"fine_tune_pattern", pricing.Call{
			Provider: "openai", RequestModel: "ft:gpt-4o-mini-2024-07-18:acme::9xYzAbC1", Start: at,
			Usage: usage.Counts{usage.Input: 5000, usage.CacheRead: 1024, usage.Output: 400},
		}},
		{"unknown_model", pricing.Call{
			Provider: "openai", RequestModel: "gpt-99-ultra", Start: at,
			Usage: usage.Counts{usage.Input: 5000, usage.Output: 400},
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			catalogue := pricing.Default()
			b.ReportAllocs()
			for b.Loop() {
				catalogue.Price(&bench.call)
			}
		})
	}
}
