package genaicostprocessor

import (
	"context"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// start is a moment at which every model of these tests has a price.
var start = time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)

func chat(attributes map[string]any) map[string]any {
	all := map[string]any{
		"gen_ai.operation.name": "chat",
		"gen_ai.provider.name":  "openai",
		"gen_ai.request.model":  "gpt-5.1",
		"spanledger.billable":   true,
	}
	for key, value := range attributes {
		all[key] = value
	}
	return all
}

func tracesOf(tb testing.TB, spans ...map[string]any) ptrace.Traces {
	td := ptrace.NewTraces()
	out := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for _, attributes := range spans {
		span := out.AppendEmpty()
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Second)))
		require.NoError(tb, span.Attributes().FromRaw(attributes))
	}
	return td
}

func newTestCoster(tb testing.TB, cfg *Config) (*costProcessor, *componenttest.Telemetry) {
	telemetry := componenttest.NewTelemetry()
	c, err := newCostProcessor(telemetry.NewTelemetrySettings(), cfg)
	require.NoError(tb, err)
	require.NoError(tb, c.start(context.Background(), componenttest.NewNopHost()))
	tb.Cleanup(func() {
		assert.NoError(tb, c.shutdown(context.Background()))
		assert.NoError(tb, telemetry.Shutdown(context.Background()))
	})
	return c, telemetry
}

func (c *costProcessor) cost(tb testing.TB, attributes map[string]any) map[string]any {
	td, err := c.processTraces(context.Background(), tracesOf(tb, attributes))
	require.NoError(tb, err)
	return td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw()
}

func TestOutcomes(t *testing.T) {
	c, _ := newTestCoster(t, createDefaultConfig().(*Config))
	version := c.prices.current().Version()
	tests := []struct {
		name string
		span map[string]any
		want map[string]any // cost attributes next to the catalogue version; nil = untouched
	}{
		{
			name: "a call with usage has its cost",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": 8000, "gen_ai.usage.output_tokens": 900}),
			want: map[string]any{"status": "priced", "amount": "0.019", "currency": "USD"},
		},
		{
			name: "the served tier wins over the requested one",
			span: chat(map[string]any{
				"gen_ai.usage.input_tokens": 8000, "gen_ai.usage.output_tokens": 900,
				"openai.request.service_tier": "priority", "openai.response.service_tier": "default",
			}),
			want: map[string]any{"status": "priced", "amount": "0.019", "currency": "USD"},
		},
		{
			name: "a requested tier that nobody confirmed is flagged",
			span: chat(map[string]any{
				"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100,
				"openai.request.service_tier": "flex",
			}),
			want: map[string]any{"status": "priced", "amount": "0.001125", "currency": "USD", "flags": []any{"requested_tier_used"}},
		},
		{
			name: "the model that answered wins over the one asked for",
			span: chat(map[string]any{
				"gen_ai.request.model": "gpt-5.1", "gen_ai.response.model": "gpt-5-nano-2025-08-07",
				"gen_ai.usage.input_tokens": 1000000, "gen_ai.usage.output_tokens": 0,
			}),
			want: map[string]any{"status": "priced", "amount": "0.05", "currency": "USD"},
		},
		{
			name: "an unknown model is unpriced, not free",
			span: chat(map[string]any{"gen_ai.request.model": "gpt-99", "gen_ai.usage.input_tokens": 10}),
			want: map[string]any{"status": "unpriced", "reason": "unknown_model", "detail": "gpt-99"},
		},
		{
			name: "more cached than input tokens is invalid",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": 100, "gen_ai.usage.cache_read.input_tokens": 4000}),
			want: map[string]any{"status": "invalid", "reason": "subset_too_big", "detail": "cache_read + cache_write > input"},
		},
		{
			name: "a negative count is invalid",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": -1}),
			want: map[string]any{"status": "invalid", "reason": "negative_usage", "detail": "input"},
		},
		{
			name: "a count beyond what a call can use is invalid",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": int64(math.MaxInt64)}),
			want: map[string]any{"status": "invalid", "reason": "usage_too_large", "detail": "input"},
		},
		{
			name: "a whole number sent as a double is a count",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": 8000.0, "gen_ai.usage.output_tokens": 900.0}),
			want: map[string]any{"status": "priced", "amount": "0.019", "currency": "USD"},
		},
		{
			name: "audio under another spelling is billed as audio",
			span: chat(map[string]any{
				"gen_ai.request.model": "gpt-4o-audio-preview", "gen_ai.usage.input_tokens": 1000000, "gen_ai.usage.input_audio_tokens": 1000000,
			}),
			want: map[string]any{"status": "priced", "amount": "40", "currency": "USD"},
		},
		{
			name: "a count that is a word is invalid",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": "many"}),
			want: map[string]any{"status": "invalid", "reason": "malformed_usage", "detail": "gen_ai.usage.input_tokens"},
		},
		{
			name: "a count that is not a number is invalid",
			span: chat(map[string]any{"gen_ai.usage.output_tokens": math.NaN()}),
			want: map[string]any{"status": "invalid", "reason": "malformed_usage", "detail": "gen_ai.usage.output_tokens"},
		},
		{
			name: "an answer without usage is unpriced, not free",
			span: chat(nil),
			want: map[string]any{"status": "unpriced", "reason": "usage_missing"},
		},
		{
			name: "a call the vendor refused costs nothing",
			span: chat(map[string]any{"http.response.status_code": 429, "error.type": "429"}),
			want: map[string]any{"status": "priced", "amount": "0", "currency": "USD", "flags": []any{"not_billed"}},
		},
		{
			name: "a call that never reached the vendor costs nothing",
			span: chat(map[string]any{"error.type": "attribution_missing", "spanledger.usage.source": "none"}),
			want: map[string]any{"status": "priced", "amount": "0", "currency": "USD", "flags": []any{"not_billed"}},
		},
		{
			name: "a failed call that reports usage is billed",
			span: chat(map[string]any{"http.response.status_code": 500, "gen_ai.usage.input_tokens": 1000000}),
			want: map[string]any{"status": "priced", "amount": "1.25", "currency": "USD"},
		},
		{
			name: "a model on hardware of one's own is not billed at the vendor's price",
			span: chat(map[string]any{"server.address": "127.0.0.1", "gen_ai.request.model": "qwen3-32b", "gen_ai.response.model": "qwen3-32b", "gen_ai.usage.input_tokens": 1000}),
			want: map[string]any{"status": "unpriced", "reason": "self_hosted", "detail": "127.0.0.1"},
		},
		{
			name: "a model that only its maker sells is the maker's behind a private address",
			span: chat(map[string]any{"server.address": "127.0.0.1", "gen_ai.usage.input_tokens": 1000000}),
			want: map[string]any{"status": "priced", "amount": "1.25", "currency": "USD", "flags": []any{"gateway_assumed"}},
		},
		{
			name: "a refusal without output is not billed by Anthropic",
			span: chat(map[string]any{"gen_ai.provider.name": "anthropic", "gen_ai.request.model": "claude-opus-4-8", "gen_ai.response.model": "claude-opus-4-8",
				"gen_ai.usage.input_tokens": 50000, "gen_ai.usage.output_tokens": 0, "gen_ai.response.finish_reasons": []any{"refusal"}}),
			want: map[string]any{"status": "priced", "amount": "0", "currency": "USD", "flags": []any{"not_billed"}},
		},
		{
			name: "a figure the span brought along is replaced, the vendor's own kept",
			span: chat(map[string]any{
				"gen_ai.usage.input_tokens": 1000000, "spanledger.cost.amount": "99",
				"spanledger.cost.reason": "stale", "spanledger.cost.vendor_amount": "1.30",
			}),
			want: map[string]any{"status": "priced", "amount": "1.25", "currency": "USD", "vendor_amount": "1.30"},
		},
		{
			name: "a whole answer that the seller gives for nothing",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": 1000000, "spanledger.cost.vendor_amount": "0", "spanledger.claim": "transport"}),
			want: map[string]any{"status": "priced", "amount": "0", "currency": "USD", "vendor_amount": "0", "flags": []any{"vendor_cost_used", "vendor_cost_zero"}},
		},
		{
			name: "a cost of 0 in the head of a stream is a flag",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": 1000000, "spanledger.cost.vendor_amount": "0", "spanledger.claim": "transport", "gen_ai.request.stream": true}),
			want: map[string]any{"status": "priced", "amount": "1.25", "currency": "USD", "vendor_amount": "0", "flags": []any{"vendor_cost_zero"}},
		},
		{
			name: "a cost of 0 by another emitter's list is a flag",
			span: chat(map[string]any{"gen_ai.usage.input_tokens": 1000000, "spanledger.cost.vendor_amount": "0", "spanledger.claim": "client"}),
			want: map[string]any{"status": "priced", "amount": "1.25", "currency": "USD", "vendor_amount": "0", "flags": []any{"vendor_cost_zero"}},
		},
		{
			name: "a span without a claim is left alone",
			span: chat(map[string]any{"spanledger.billable": false, "gen_ai.usage.input_tokens": 10}),
		},
		{
			name: "a span that is not billed is priced, for settlement to choose from",
			span: chat(map[string]any{"spanledger.billable": false, "spanledger.claim": "aggregate", "gen_ai.usage.input_tokens": 1000000}),
			want: map[string]any{"status": "priced", "amount": "1.25", "currency": "USD"},
		},
		{
			name: "without a normaliser, model operations are priced",
			span: map[string]any{
				"gen_ai.operation.name": "embeddings", "gen_ai.provider.name": "openai",
				"gen_ai.request.model": "text-embedding-3-small", "gen_ai.usage.input_tokens": 1000000,
			},
			want: map[string]any{"status": "priced", "amount": "0.02", "currency": "USD"},
		},
		{
			name: "fetching a stored response is no call of a model",
			span: map[string]any{
				"gen_ai.operation.name": "fetch_response", "gen_ai.provider.name": "openai",
				"gen_ai.response.model": "gpt-5.1", "gen_ai.usage.input_tokens": 1000000,
			},
		},
		{
			name: "without a normaliser, agents are not",
			span: map[string]any{
				"gen_ai.operation.name": "invoke_agent", "gen_ai.provider.name": "openai",
				"gen_ai.request.model": "gpt-5.1", "gen_ai.usage.input_tokens": 1000000,
			},
		},
		{
			name: "cache writes split by time to live need no total",
			span: chat(map[string]any{
				"gen_ai.provider.name": "anthropic", "gen_ai.request.model": "claude-haiku-4-5",
				"gen_ai.usage.input_tokens":                    2000,
				"spanledger.usage.cache_write_5m.input_tokens": 500,
				"spanledger.usage.cache_write_1h.input_tokens": 1500,
			}),
			want: map[string]any{"status": "priced", "amount": "0.003625", "currency": "USD"},
		},
		{
			name: "tokens of cited sources have a price of their own",
			span: chat(map[string]any{
				"gen_ai.provider.name": "perplexity", "gen_ai.request.model": "sonar-deep-research",
				"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 3000000,
				"gen_ai.usage.reasoning.output_tokens":    1000000,
				"spanledger.usage.citation.output_tokens": 1000000,
				"spanledger.usage.web_search.requests":    10,
			}),
			want: map[string]any{"status": "priced", "amount": "13.05", "currency": "USD"},
		},
		{
			name: "more citations than output tokens is invalid",
			span: chat(map[string]any{
				"gen_ai.provider.name": "perplexity", "gen_ai.request.model": "sonar-deep-research",
				"gen_ai.usage.output_tokens": 10, "spanledger.usage.citation.output_tokens": 11,
			}),
			want: map[string]any{"status": "invalid", "reason": "subset_too_big", "detail": "reasoning + audio + image + citation > output"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := map[string]any{}
			for key, value := range c.cost(t, tt.span) {
				if name, ok := cutCost(key); ok && name != "line_items" {
					got[name] = value
				}
			}
			if tt.want == nil {
				assert.Empty(t, got)
				return
			}
			assert.Equal(t, version, got["catalog_version"])
			delete(got, "catalog_version")
			assert.Equal(t, tt.want, got)
		})
	}
}

func cutCost(key string) (string, bool) {
	const prefix = "spanledger.cost."
	if len(key) > len(prefix) && key[:len(prefix)] == prefix {
		return key[len(prefix):], true
	}
	return "", false
}

func TestProcessor_LineItemsAddUpToTheAmount(t *testing.T) {
	c, _ := newTestCoster(t, createDefaultConfig().(*Config))
	got := c.cost(t, chat(map[string]any{
		"gen_ai.usage.input_tokens": 8000, "gen_ai.usage.cache_read.input_tokens": 3000, "gen_ai.usage.output_tokens": 900,
	}))
	var lines []map[string]any
	require.NoError(t, json.Unmarshal([]byte(got["spanledger.cost.line_items"].(string)), &lines))
	assert.Equal(t, []map[string]any{
		{"kind": "input", "quantity": 5000., "rate_usd": "1.25", "per": 1e6, "cost_usd": "0.00625"},
		{"kind": "cache_read", "quantity": 3000., "rate_usd": "0.125", "per": 1e6, "cost_usd": "0.000375"},
		{"kind": "output", "quantity": 900., "rate_usd": "10", "per": 1e6, "cost_usd": "0.009"},
	}, lines)
	assert.Equal(t, "0.015625", got["spanledger.cost.amount"])

	quiet, _ := newTestCoster(t, &Config{})
	assert.NotContains(t, quiet.cost(t, chat(map[string]any{"gen_ai.usage.input_tokens": 8000})), "spanledger.cost.line_items")
}

func TestProcessor_GatewaysAreBilledAsTheVendorTheyPassOnTo(t *testing.T) {
	c, _ := newTestCoster(t, &Config{Gateways: []string{"127.0.0.1", "*.llm.internal"}})
	for _, address := range []string{"127.0.0.1", "eu.llm.internal"} {
		got := c.cost(t, chat(map[string]any{"server.address": address, "gen_ai.usage.input_tokens": 1000000}))
		assert.Equal(t, "1.25", got["spanledger.cost.amount"], address)
	}
	got := c.cost(t, chat(map[string]any{"server.address": "10.0.0.7", "gen_ai.usage.input_tokens": 1000000}))
	assert.Equal(t, []any{"gateway_assumed"}, got["spanledger.cost.flags"])

	c, _ = newTestCoster(t, &Config{SelfHosted: []string{"10.0.0.7"}})
	got = c.cost(t, chat(map[string]any{"server.address": "10.0.0.7", "gen_ai.usage.input_tokens": 1000000}))
	assert.Equal(t, "unpriced", got["spanledger.cost.status"])
	assert.Equal(t, "self_hosted", got["spanledger.cost.reason"])
}

func TestProcessor_UnknownModelsMayBeBilledAsAnother(t *testing.T) {
	c, _ := newTestCoster(t, &Config{UnknownModel: UnknownModel{Fallback: "openai/gpt-5"}})
	got := c.cost(t, chat(map[string]any{"gen_ai.request.model": "gpt-99", "gen_ai.usage.input_tokens": 1000000}))
	assert.Equal(t, "1.25", got["spanledger.cost.amount"])
	assert.Equal(t, []any{"fallback_model"}, got["spanledger.cost.flags"])

	got = c.cost(t, chat(map[string]any{"gen_ai.usage.input_tokens": -5}))
	assert.Equal(t, "invalid", got["spanledger.cost.status"], "a fallback is for unknown models alone")
}

func TestProcessor_CallsWithoutAPriceAreCounted(t *testing.T) {
	c, telemetry := newTestCoster(t, createDefaultConfig().(*Config))
	_, err := c.processTraces(t.Context(), tracesOf(t,
		chat(map[string]any{"gen_ai.usage.input_tokens": 1}),
		chat(map[string]any{"gen_ai.request.model": "gpt-99", "gen_ai.usage.input_tokens": 1}),
		chat(map[string]any{"gen_ai.request.model": "gpt-99", "gen_ai.usage.input_tokens": 1}),
		chat(map[string]any{"gen_ai.usage.input_tokens": 1.5}),
		chat(map[string]any{"gen_ai.usage.input_tokens": 1000000, "spanledger.cost.vendor_amount": "1.25"}),
		chat(map[string]any{"gen_ai.usage.input_tokens": 1000000, "spanledger.cost.vendor_amount": 1.26}),
	))
	require.NoError(t, err)
	assert.Equal(t, map[string]int64{"status=priced": 3, "status=unpriced": 2, "status=invalid": 1},
		sums(t, telemetry, "otelcol_processor_genai_cost_calls"))
	assert.Equal(t, map[string]int64{"model=gpt-99,provider=openai,reason=unknown_model": 2},
		sums(t, telemetry, "otelcol_processor_genai_cost_unpriced"))
	assert.Equal(t, map[string]int64{"model=gpt-5.1,provider=openai,reason=malformed_usage": 1},
		sums(t, telemetry, "otelcol_processor_genai_cost_invalid"))
	assert.Equal(t, map[string]int64{"agrees=true,provider=openai": 1, "agrees=false,provider=openai": 1},
		sums(t, telemetry, "otelcol_processor_genai_cost_vendor_comparisons"))
}

// sums reads a counter by its attributes.
func sums(t *testing.T, telemetry *componenttest.Telemetry, name string) map[string]int64 {
	t.Helper()
	m, err := telemetry.GetMetric(name)
	require.NoError(t, err)
	got := make(map[string]int64)
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		key := ""
		for i := range point.Attributes.Len() {
			kv, _ := point.Attributes.Get(i)
			if i > 0 {
				key += ","
			}
			key += string(kv.Key) + "=" + kv.Value.String()
		}
		got[key] = point.Value
	}
	return got
}
