package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var identityTime = time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)

func TestModelIDs_SpellingsThatMeanTheSameModel(t *testing.T) {
	tests := []struct {
		name string
		call pricing.Call
		want string // provider/row
	}{
		{"the provider's own prefix", pricing.Call{Provider: "openai", RequestModel: "openai/gpt-4o"}, "openai/gpt-4o-2024-08-06"},
		{"azure prefix at azure", pricing.Call{Provider: "azure.ai.openai", RequestModel: "azure/gpt-4o"}, "azure-openai/gpt-4o-2024-08-06"},
		{"capital letters", pricing.Call{Provider: "OpenAI", RequestModel: "GPT-4o-Mini"}, "openai/gpt-4o-mini-2024-07-18"},
		{"white space around", pricing.Call{Provider: "openai", RequestModel: " gpt-5 "}, "openai/gpt-5"},
		{"claude code's long window suffix", pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-4-8[1m]"}, "anthropic/claude-opus-4-8"},
		{"the suffix on a model without a row for it", pricing.Call{Provider: "anthropic", RequestModel: "claude-sonnet-4-20250514[1m]"}, "anthropic/claude-sonnet-4-20250514"},
		{"gemini resource name", pricing.Call{Provider: "gcp.gemini", RequestModel: "models/gemini-2.5-flash"}, "google/gemini-2.5-flash"},
		{"publisher path", pricing.Call{Provider: "gcp.gemini", RequestModel: "publishers/google/models/gemini-2.5-flash"}, "google/gemini-2.5-flash"},
		{"vertex path from the general SDK", pricing.Call{Provider: "gcp.gen_ai", RequestModel: "projects/p/locations/us-central1/publishers/google/models/gemini-2.0-flash-001"}, "google-vertex/gemini-2.0-flash-001"},
		{"vertex host from the general SDK", pricing.Call{Provider: "gcp.gen_ai", RequestModel: "gemini-2.0-flash-001", ServerAddress: "us-central1-aiplatform.googleapis.com"}, "google-vertex/gemini-2.0-flash-001"},
		{"claude on vertex", pricing.Call{Provider: "gcp.vertex_ai", RequestModel: "claude-haiku-4-5@20251001"}, "google-vertex/claude-haiku-4-5@20251001"},
		{"claude on vertex as the answer spells it", pricing.Call{Provider: "gcp.vertex_ai", RequestModel: "claude-haiku-4-5@20251001", ResponseModel: "claude-haiku-4-5-20251001"}, "google-vertex/claude-haiku-4-5@20251001"},
		{"default version on vertex", pricing.Call{Provider: "gcp.vertex_ai", RequestModel: "claude-haiku-4-5@default"}, "google-vertex/claude-haiku-4-5@20251001"},
		{"fine-tune without a suffix", pricing.Call{Provider: "openai", RequestModel: "ft:gpt-4o-mini-2024-07-18:acme::9xYzAbC1"}, "openai/ft:gpt-4o-mini-2024-07-18"},
		{"dated snapshot listed by pattern", pricing.Call{Provider: "openai", RequestModel: "gpt-5.6-sol-2026-08-30"}, "openai/gpt-5.6-sol"},
		{"bedrock inference profile", pricing.Call{Provider: "aws.bedrock", RequestModel: "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0"}, "aws-bedrock/geo.anthropic.claude-opus-4-5-20251101-v1:0"},
		{"bedrock foundation model", pricing.Call{Provider: "aws.bedrock", RequestModel: "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"}, "aws-bedrock/eu.amazon.nova-lite-v1:0"},
		{"bedrock answer without profile and vendor", pricing.Call{Provider: "aws.bedrock", RequestModel: "us.anthropic.claude-haiku-4-5-20251001-v1:0", ResponseModel: "claude-haiku-4-5-20251001"}, "aws-bedrock/geo.anthropic.claude-haiku-4-5-20251001-v1:0"},
		{"vendor path at groq", pricing.Call{Provider: "groq", RequestModel: "openai/gpt-oss-120b"}, "groq/openai/gpt-oss-120b"},
		{"vendor path at groq behind groq's prefix", pricing.Call{Provider: "groq", RequestModel: "groq/openai/gpt-oss-120b"}, "groq/openai/gpt-oss-120b"},
		{"vendor prefix at a router", pricing.Call{Provider: "litellm", RequestModel: "anthropic/claude-sonnet-4-5"}, "anthropic/claude-sonnet-4-5-20250929"},
		{"vendor prefix where nobody says the provider", pricing.Call{RequestModel: "openai/gpt-5"}, "openai/gpt-5"},
		{"another vendor behind a compatible SDK", pricing.Call{Provider: "openai", RequestModel: "deepseek-flash", ServerAddress: "api.deepseek.com"}, "deepseek/deepseek-flash"},
		{"local model with a tag", pricing.Call{Provider: "ollama", RequestModel: "llama3.1:8b"}, "ollama/any local model"},
		{"local model of a user", pricing.Call{Provider: "ollama", RequestModel: "hf.co/acme/model-gguf:Q4_K_M"}, "ollama/any local model"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.call.Start = identityTime
			got := pricing.Default().Price(&tt.call)
			assert.Equal(t, tt.want, got.Provider+"/"+got.Model, "%s: %s", got.Reason, got.Detail)
		})
	}
}

func TestModelIDs_IdsThatMustNotFindANeighboursPrice(t *testing.T) {
	tests := []struct {
		call   pricing.Call
		reason pricing.Reason
	}{
		{pricing.Call{Provider: "openai", RequestModel: "gpt-99-ultra"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "gpt-5.4-ultra"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "gpt-5.6-pro-unknown"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "gpt-5.6-sol-2026-08-30-turbo"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "gpt-5.6-sol-latest"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "ft:gpt-99:acme::id"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "azure/gpt-4o"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "openai/gpt-oss-120b"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "claude-sonnet-4-5"}, pricing.UnknownModel},
		{pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-5-6"}, pricing.UnknownModel},
		{pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-4-8-20991231"}, pricing.UnknownModel},
		{pricing.Call{Provider: "anthropic", RequestModel: "gpt-5[1m]"}, pricing.UnknownModel},
		{pricing.Call{Provider: "mistral_ai", RequestModel: "mistral-medium"}, pricing.UnknownModel},
		{pricing.Call{Provider: "aws.bedrock", RequestModel: "amazon.titan-embed-text-v3"}, pricing.UnknownModel},
		{pricing.Call{Provider: "aws.bedrock", RequestModel: "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"}, pricing.UnknownModel},
		{pricing.Call{Provider: "aws.bedrock", RequestModel: "arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2"}, pricing.OpaqueARN},
		{pricing.Call{Provider: "aws.bedrock", RequestModel: "arn:aws:bedrock:us-east-1:1:provisioned-model/a1b2"}, pricing.OpaqueARN},
		{pricing.Call{Provider: "openrouter", RequestModel: "anthropic/claude-sonnet-4.5:nitro"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openrouter", RequestModel: "claude-sonnet-4-5"}, pricing.UnknownModel},
		{pricing.Call{Provider: "azure.ai.openai", RequestModel: "prod-chat"}, pricing.UnknownModel},
		{pricing.Call{Provider: "azure.ai.openai", RequestModel: "gpt-4o", Region: "us"}, pricing.RegionNotListed},
		{pricing.Call{Provider: "vllm", RequestModel: "meta-llama/Llama-3.1-8B-Instruct"}, pricing.UnknownModel},
		{pricing.Call{Provider: "ollama", RequestModel: "gpt-oss:120b-cloud"}, pricing.UnknownModel},
		{pricing.Call{Provider: "ollama", RequestModel: "kimi-k3:cloud"}, pricing.UnknownModel},
		{pricing.Call{Provider: "ollama", RequestModel: "llama3.1:8b", ServerAddress: "ollama.com"}, pricing.UnknownModel},
		{pricing.Call{Provider: "openai", RequestModel: "qwen3-32b", ServerAddress: "localhost"}, pricing.SelfHosted},
		{pricing.Call{Provider: "openai", RequestModel: "gpt-oss-120b", ServerAddress: "10.1.2.3:8000"}, pricing.SelfHosted},
		{pricing.Call{Provider: "google", RequestModel: "gemma-3-27b-it", ServerAddress: "[::1]:8000"}, pricing.SelfHosted},
		{pricing.Call{Provider: "mistral_ai", RequestModel: "mistral-large-2512", ServerAddress: "vllm"}, pricing.SelfHosted},
		{pricing.Call{Provider: "anthropic", RequestModel: "claude-sonnet-4-5", ServerAddress: "openrouter.ai"}, pricing.UnknownModel},
		{pricing.Call{Provider: "someone", RequestModel: "gpt-4o"}, pricing.UnknownProvider},
		{pricing.Call{RequestModel: "gpt-4o"}, pricing.UnknownProvider},
		{pricing.Call{Provider: "openai"}, pricing.NoModel},
		{pricing.Call{Provider: "openai", RequestModel: "gpt-5", ResponseModel: "gpt-5-2099-01-01"}, pricing.UnknownModel},
	}
	for _, tt := range tests {
		t.Run(tt.call.Provider+" "+tt.call.Model()+" "+tt.call.ServerAddress, func(t *testing.T) {
			tt.call.Start = identityTime
			tt.call.Usage = usage.Counts{usage.Input: 1000, usage.Output: 1000}
			got := pricing.Default().Price(&tt.call)
			assert.Equal(t, pricing.Unpriced, got.Status)
			assert.Equal(t, tt.reason, got.Reason)
			assert.False(t, got.HasAmount())
			assert.True(t, got.Amount.IsZero())
		})
	}
}

func TestRegions(t *testing.T) {
	million := usage.Counts{usage.Input: 1_000_000}
	tests := []struct {
		name  string
		call  pricing.Call
		want  string
		flags pricing.Flags
	}{
		{"azure without a region is the global deployment", pricing.Call{Provider: "azure", RequestModel: "gpt-4o"}, "2.5", pricing.RegionAssumed},
		{"azure data zone", pricing.Call{Provider: "azure", RequestModel: "gpt-4o", Region: "EU"}, "2.75", 0},
		{"an azure location says nothing of the deployment type", pricing.Call{Provider: "azure", RequestModel: "gpt-4o", Region: "westeurope"}, "2.5", pricing.RegionAssumed},
		{"openai zone host", pricing.Call{Provider: "openai", RequestModel: "gpt-5.4-mini", ServerAddress: "eu.api.openai.com"}, "0.825", 0},
		{"openai plain host", pricing.Call{Provider: "openai", RequestModel: "gpt-5.4-mini", ServerAddress: "api.openai.com"}, "0.75", 0},
		{"vertex global endpoint", pricing.Call{Provider: "gcp.vertex_ai", RequestModel: "claude-opus-5", ServerAddress: "aiplatform.googleapis.com"}, "5", 0},
		{"vertex regional endpoint", pricing.Call{Provider: "gcp.vertex_ai", RequestModel: "claude-opus-5", ServerAddress: "us-east5-aiplatform.googleapis.com"}, "5.5", 0},
		{"vertex region in the resource name", pricing.Call{Provider: "gcp.vertex_ai", RequestModel: "projects/p/locations/europe-west1/publishers/anthropic/models/claude-opus-5"}, "5.5", 0},
		{"vertex region global", pricing.Call{Provider: "gcp.vertex_ai", RequestModel: "claude-opus-5", Region: "global"}, "5", 0},
		{"xai us endpoint", pricing.Call{Provider: "x_ai", RequestModel: "grok-4.7", ServerAddress: "us-east-1.api.x.ai", Usage: usage.Counts{usage.Input: 100_000}}, "0.22", 0},
		{"bare bedrock id in a known region", pricing.Call{Provider: "aws.bedrock", RequestModel: "anthropic.claude-haiku-4-5-20251001-v1:0", ServerAddress: "bedrock-runtime.us-east-1.amazonaws.com"}, "1.1", 0},
		{"bare bedrock id in an unknown region", pricing.Call{Provider: "aws.bedrock", RequestModel: "anthropic.claude-haiku-4-5-20251001-v1:0"}, "1.1", pricing.RegionAssumed},
		{"bedrock global profile", pricing.Call{Provider: "aws.bedrock", RequestModel: "global.anthropic.claude-haiku-4-5-20251001-v1:0"}, "1", 0},
		{"inference geo", pricing.Call{Provider: "anthropic", RequestModel: "claude-opus-5-5", InferenceGeo: "us"}, "4.4", 0},
		{"inference geo on a model too old for it", pricing.Call{Provider: "anthropic", RequestModel: "claude-haiku-4-5", InferenceGeo: "us"}, "1", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.call.Start = identityTime
			if tt.call.Usage.IsZero() {
				tt.call.Usage = million
			}
			got := pricing.Default().Price(&tt.call)
			assert.Equal(t, tt.want, got.Amount.String(), "%s: %s", got.Reason, got.Detail)
			assert.Equal(t, tt.flags, got.Flags)
		})
	}
}
