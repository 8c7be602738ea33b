package pricing_test

import (
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
}

func money(text string) *udecimal.Decimal {
	amount := udecimal.MustParse(text)
	return &amount
}

func TestBuckets(t *testing.T) {
	tests := []struct {
		name  string
		call  pricing.Call
		want  string
		kinds []string
		flags pricing.Flags
	}{
		{
			name:  "cached tokens are part of the input and billed once",
			call:  pricing.Call{Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_000_000, usage.CacheRead: 1_000_000}},
			want:  "0.125",
			kinds: []string{"cache_read"},
		},
		{
			name:  "a model without a cache price bills cached tokens as input, and says so",
			call:  pricing.Call{Provider: "openai", RequestModel: "gpt-5-pro", Usage: usage.Counts{usage.Input: 1_000_000, usage.CacheRead: 400_000}},
			want:  "15",
			kinds: []string{"input", "cache_read"},
			flags: pricing.CacheReadAtParentRate,
		},
		{
			name:  "a batch card without a cache price bills cached tokens at the batch rate: discounts do not stack",
			call:  pricing.Call{Provider: "groq", RequestModel: "openai/gpt-oss-120b", ServedTier: "batch", Usage: usage.Counts{usage.Input: 1_000_000, usage.CacheRead: 1_000_000}},
			want:  "0.075",
			kinds: []string{"cache_read"},
			flags: pricing.CacheReadAtParentRate,
		},
		{
			name:  "sound is billed by the second",
			call:  pricing.Call{Provider: "openai", RequestModel: "whisper-1", Usage: usage.Counts{usage.AudioSeconds: 90}},
			want:  "0.009",
			kinds: []string{"audio_time"},
		},
		{
			name:  "annotated pages have a price of their own",
			call:  pricing.Call{Provider: "mistral", RequestModel: "mistral-ocr-2512", Usage: usage.Counts{usage.Pages: 10, usage.AnnotatedPages: 2}},
			want:  "0.026",
			kinds: []string{"page", "annotated_page"},
		},
		{
			name: "cache writes split by time to live",
			call: pricing.Call{Provider: "anthropic", RequestModel: "claude-haiku-4-5", Usage: usage.Counts{
				usage.Input: 3_000_000, usage.CacheWrite: 3_000_000, usage.CacheWrite5m: 1_000_000, usage.CacheWrite1h: 2_000_000}},
			want:  "5.25",
			kinds: []string{"cache_write", "cache_write_1h"},
		},
		{
			name:  "cache writes nobody split bill at the default time to live, and say so",
			call:  pricing.Call{Provider: "anthropic", RequestModel: "claude-haiku-4-5", Usage: usage.Counts{usage.Input: 1_000_000, usage.CacheWrite: 1_000_000}},
			want:  "1.25",
			kinds: []string{"cache_write"},
			flags: pricing.CacheTTLAssumed,
		},
		{
			name:  "openai's 30 minute writes are its default",
			call:  pricing.Call{Provider: "openai", RequestModel: "gpt-6.1-terra", Start: day(2026, 11, 1), Usage: usage.Counts{usage.Input: 200_000, usage.CacheWrite: 200_000, usage.CacheWrite30m: 100_000, usage.CacheWrite12h: 100_000}},
			want:  "0.375",
			kinds: []string{"cache_write", "cache_write_12h"},
		},
		{
			name:  "reasoning is part of the output where it has no price of its own",
			call:  pricing.Call{Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Output: 1_000_000, usage.Reasoning: 900_000}},
			want:  "10",
			kinds: []string{"output"},
		},
		{
			name:  "reasoning and citations with prices of their own",
			call:  pricing.Call{Provider: "perplexity", RequestModel: "sonar-deep-research", Usage: usage.Counts{usage.Output: 3_000_000, usage.Reasoning: 1_000_000, usage.Citation: 1_000_000, usage.WebSearches: 10}},
			want:  "13.05",
			kinds: []string{"output", "output_reasoning", "output_citation", "web_search"},
		},
		{
			name:  "audio and its cached part are split off the text",
			call:  pricing.Call{Provider: "gcp.gemini", RequestModel: "gemini-2.5-flash", Usage: usage.Counts{usage.Input: 1_000_000, usage.CacheRead: 300_000, usage.AudioInput: 500_000, usage.AudioCacheRead: 100_000}},
			want:  "0.506",
			kinds: []string{"input", "input_audio", "cache_read", "cache_read_audio"},
		},
		{
			name:  "cached and audio counts may overlap: no token is billed twice",
			call:  pricing.Call{Provider: "gcp.gemini", RequestModel: "gemini-2.5-flash", Usage: usage.Counts{usage.Input: 1_000_000, usage.CacheRead: 600_000, usage.AudioInput: 700_000}},
			want:  "0.439",
			kinds: []string{"input_audio", "cache_read", "cache_read_audio"},
			flags: pricing.ModalityOverlapInferred,
		},
		{
			name:  "audio at a model that has no audio price",
			call:  pricing.Call{Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_000_000, usage.AudioInput: 1_000_000}},
			want:  "1.25",
			kinds: []string{"input"},
			flags: pricing.ModalityAtParentRate,
		},
		{
			name:  "modifiers multiply token rates and never tool fees",
			call:  pricing.Call{Provider: "anthropic", RequestModel: "claude-sonnet-5", InferenceGeo: "us", ServedTier: "batch", Usage: usage.Counts{usage.Input: 1_000_000, usage.WebSearches: 1000}},
			want:  "11.1",
			kinds: []string{"input", "web_search"},
		},
		{
			name:  "a request fee counts once where nobody counted requests",
			call:  pricing.Call{Provider: "perplexity", RequestModel: "sonar", SearchContextSize: "high"},
			want:  "0.012",
			kinds: []string{"request"},
		},
		{
			name:  "a request fee without a context size is the smallest, and says so",
			call:  pricing.Call{Provider: "perplexity", RequestModel: "sonar"},
			want:  "0.005",
			kinds: []string{"request"},
			flags: pricing.SearchContextAssumed,
		},
		{
			name:  "a reranker bills units, whatever tokens it saw",
			call:  pricing.Call{Provider: "cohere", RequestModel: "rerank-v3.5", Usage: usage.Counts{usage.Input: 5000, usage.SearchUnits: 2}},
			want:  "0.004",
			kinds: []string{"search_unit"},
		},
		{
			name:  "fast mode stacks with caching and location",
			call:  pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-4-8", Speed: "fast", InferenceGeo: "us", Usage: usage.Counts{usage.Input: 1_000_000, usage.CacheRead: 1_000_000}},
			want:  "1.1",
			kinds: []string{"cache_read"},
		},
		{
			name:  "a requested tier counts only where the served one is not said",
			call:  pricing.Call{Provider: "openai", RequestModel: "gpt-5", RequestedTier: "priority", ServedTier: "default", Usage: usage.Counts{usage.Input: 1_000_000}},
			want:  "1.25",
			kinds: []string{"input"},
		},
		{
			name:  "a router's own figure where it has no row, and says so",
			call:  pricing.Call{Provider: "openrouter", RequestModel: "acme/new-model", VendorCost: money("0.00123"), Usage: usage.Counts{usage.Input: 1000}},
			want:  "0.00123",
			kinds: []string{"vendor_cost"},
			flags: pricing.VendorCostUsed,
		},
		{
			name:  "a reseller's own figure before the list",
			call:  pricing.Call{Provider: "openrouter", RequestModel: "anthropic/claude-sonnet-4.5", VendorCost: money("9"), Usage: usage.Counts{usage.Input: 1_000}},
			want:  "9",
			kinds: []string{"vendor_cost"},
			flags: pricing.VendorCostUsed,
		},
		{
			name:  "an announced price is used when its time has come, and says so",
			call:  pricing.Call{Provider: "gcp.gemini", RequestModel: "gemini-4-argon", Start: day(2026, 12, 24), Usage: usage.Counts{usage.Input: 1_000_000}},
			want:  "4",
			kinds: []string{"input"},
			flags: pricing.PriceAnnounced,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.call.Start.IsZero() {
				tt.call.Start = identityTime
			}
			got := pricing.Default().Price(&tt.call)
			assert.Equal(t, tt.want, got.Amount.String(), "%s: %s", got.Reason, got.Detail)
			assert.Equal(t, tt.flags.Names(), got.Flags.Names())
			var kinds []string
			for _, line := range got.Lines {
				kinds = append(kinds, line.Kind)
			}
			assert.Equal(t, tt.kinds, kinds)
		})
	}
}

func TestUsage_UnpricedHasAReason(t *testing.T) {
	tests := []struct {
		name   string
		call   pricing.Call
		reason pricing.Reason
		detail string
	}{
		{"before the model existed", pricing.Call{Provider: "anthropic", RequestModel: "claude-sonnet-5", Start: day(2026, 1, 1)}, pricing.NoPeriod, "2026-01-01T12:00:00Z"},
		{"in a stated gap", pricing.Call{Provider: "deepseek", RequestModel: "deepseek-reasoner", Start: day(2025, 9, 15)}, pricing.NoPeriod, "2025-09-15T12:00:00Z"},
		{"a tier the model is not sold in", pricing.Call{Provider: "openai", RequestModel: "gpt-5-pro", ServedTier: "priority"}, pricing.NoMode, "priority"},
		{"a mode that was withdrawn", pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-4-7", Speed: "fast"}, pricing.NoMode, "fast"},
		{"modes that do not combine", pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-4-8", Speed: "fast", ServedTier: "batch"}, pricing.NoMode, "batch+fast"},
		{"a mode without long-context rates", pricing.Call{Provider: "openai", RequestModel: "gpt-5.4", ServedTier: "priority", Usage: usage.Counts{usage.Input: 300_000}}, pricing.NoLongContextRate, "priority"},
		{"a bucket without a rate", pricing.Call{Provider: "openai", RequestModel: "text-embedding-3-small", Usage: usage.Counts{usage.Input: 10, usage.Output: 10}}, pricing.NoRate, "output"},
		{"a tool without a rate", pricing.Call{Provider: "groq", RequestModel: "llama-3.1-8b-instant", Usage: usage.Counts{usage.Input: 10, usage.WebSearches: 1}}, pricing.NoRate, "web_search"},
		{"annotated pages without a rate", pricing.Call{Provider: "openai", RequestModel: "gpt-5", Usage: usage.Counts{usage.Input: 10, usage.AnnotatedPages: 1}}, pricing.NoRate, "annotated_page"},
		{"sound that a model without a rate for it is billed by", pricing.Call{Provider: "openai", RequestModel: "gpt-4o-transcribe", Usage: usage.Counts{usage.AudioSeconds: 9}}, pricing.NoRate, "audio_time"},
		{"sound nobody timed", pricing.Call{Provider: "openai", RequestModel: "whisper-1"}, pricing.QuantityUnknown, "whisper-1"},
		{"pages nobody counted", pricing.Call{Provider: "mistral", RequestModel: "mistral-ocr-2505"}, pricing.QuantityUnknown, "mistral-ocr-2505"},
		{"a figure of a vendor whose prices are known", pricing.Call{Provider: "openai", RequestModel: "gpt-99", VendorCost: money("1")}, pricing.UnknownModel, "gpt-99"},
		{"no usage reported", pricing.Call{Provider: "openai", RequestModel: "gpt-5", NoUsage: true}, pricing.UsageMissing, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.call.Start.IsZero() {
				tt.call.Start = identityTime
			}
			got := pricing.Default().Price(&tt.call)
			assert.Equal(t, pricing.Unpriced, got.Status)
			assert.Equal(t, tt.reason, got.Reason)
			assert.Equal(t, tt.detail, got.Detail)
			assert.Empty(t, got.Lines)
		})
	}
}

func TestUsage_ImpossibleUsageIsInvalid(t *testing.T) {
	const most = int64(^uint64(0) >> 1)
	tests := []struct {
		name   string
		usage  usage.Counts
		reason pricing.Reason
	}{
		{"a negative count", usage.Counts{usage.Input: -1}, pricing.NegativeUsage},
		{"a negative count of a tool", usage.Counts{usage.WebSearches: -1}, pricing.NegativeUsage},
		{"more cached than input", usage.Counts{usage.Input: 100, usage.CacheRead: 4000}, pricing.SubsetTooBig},
		{"read and written together more than input", usage.Counts{usage.Input: 100, usage.CacheRead: 60, usage.CacheWrite: 60}, pricing.SubsetTooBig},
		{"splits larger than the writes", usage.Counts{usage.Input: 100, usage.CacheWrite: 50, usage.CacheWrite1h: 60}, pricing.SubsetTooBig},
		{"more reasoning than output", usage.Counts{usage.Output: 100, usage.Reasoning: 101}, pricing.SubsetTooBig},
		{"more audio than input", usage.Counts{usage.Input: 100, usage.AudioInput: 101}, pricing.SubsetTooBig},
		{"more cached audio than audio", usage.Counts{usage.Input: 100, usage.CacheRead: 50, usage.AudioInput: 10, usage.AudioCacheRead: 20}, pricing.SubsetTooBig},
		{"sums beyond 64 bits", usage.Counts{usage.Input: most, usage.CacheRead: most, usage.CacheWrite: most}, pricing.SubsetTooBig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := pricing.Default().Price(&pricing.Call{Provider: "openai", RequestModel: "gpt-5", Start: identityTime, Usage: tt.usage})
			assert.Equal(t, pricing.Invalid, got.Status)
			assert.Equal(t, tt.reason, got.Reason)
			assert.NotEmpty(t, got.Detail)
			assert.False(t, got.HasAmount())
		})
	}
}

func TestUsage_TheLargestCountsStayExact(t *testing.T) {
	const most = int64(^uint64(0) >> 1)
	got := pricing.Default().Price(&pricing.Call{
		Provider: "openai", RequestModel: "gpt-6-astra", Start: identityTime, DataResidency: "eu",
		Usage: usage.Counts{usage.Input: most, usage.CacheRead: most - 1, usage.Output: most},
	})
	// (20 + 2 x (2^63-2) + 75 x (2^63-1)) x 1.1 / 10^6, calculated with integers.
	assert.Equal(t, "781219611521599.5108727", got.Amount.String())
}

func TestUsage_RecurringWindows(t *testing.T) {
	tests := []struct {
		name   string
		model  string
		at     string
		window string
	}{
		{"the first second of the peak", "deepseek-flash", "2026-10-14T01:00:00Z", "peak"},
		{"the last second of the peak", "deepseek-flash", "2026-10-14T03:59:59Z", "peak"},
		{"the end is outside", "deepseek-flash", "2026-10-14T04:00:00Z", ""},
		{"the second stretch of the day", "deepseek-flash", "2026-10-14T09:59:59Z", "peak"},
		{"Sunday in Beijing", "deepseek-flash", "2026-10-18T02:00:00Z", ""},
		{"a holiday in Beijing", "deepseek-flash", "2026-10-07T02:00:00Z", ""},
		{"the day after the holiday", "deepseek-flash", "2026-10-08T02:00:00Z", "peak"},
		{"another zone's clock is the same instant", "deepseek-flash", "2026-10-14T10:30:00+08:00", "peak"},
		{"before windows were introduced", "deepseek-v4-flash", "2026-08-14T02:00:00Z", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.at)
			assert.NoError(t, err)
			got := pricing.Default().Price(&pricing.Call{Provider: "deepseek", RequestModel: tt.model, Start: at, Usage: usage.Counts{usage.Input: 1}})
			assert.Equal(t, pricing.Priced, got.Status)
			assert.Equal(t, tt.window, got.Window)
		})
	}
}
