package optimize_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/optimize"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var (
	week = report.Period{
		From:  time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2026, 10, 12, 0, 0, 0, 0, time.UTC),
		Zone:  time.UTC,
	}
	calls uint64
)

func newLedger(t *testing.T) ledger.Store {
	t.Helper()
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	return store
}

// write stores n calls like c at one time, priced by the built-in list.
func write(t *testing.T, store ledger.Store, n int, c ledger.Call) {
	t.Helper()
	writeEvery(t, store, 0, n, c)
}

func writeEvery(t *testing.T, store ledger.Store, every time.Duration, n int, c ledger.Call) {
	t.Helper()
	if c.Start.IsZero() {
		c.Start = week.From.Add(time.Hour)
	}
	c.Received, c.Duration = c.Start, time.Second
	c.Role, c.Billable = semconv.RoleLLM, true
	if c.Operation == "" {
		c.Operation = semconv.OperationChat
	}
	price := pricing.Default().Price(&pricing.Call{
		Provider: c.Provider, ResponseModel: c.ResponseModel, Start: c.Start, Failed: c.Error,
		Usage: usage.Counts{
			usage.Input: c.Usage[usage.Input], usage.Output: c.Usage[usage.Output], usage.CacheRead: c.Usage[usage.CacheRead], usage.CacheWrite: c.Usage[usage.CacheWrite],
		},
	})
	require.True(t, price.HasAmount(), "%s %s", price.Reason, price.Detail)
	c.Cost = ledger.Cost{Status: string(price.Status), Amount: &price.Amount, Currency: "USD"}
	batch := ledger.Batch{}
	for range n {
		calls++
		if c.TraceID.IsZero() || c.Agent == "" {
			binary.BigEndian.PutUint64(c.TraceID[8:], calls)
		}
		binary.BigEndian.PutUint64(c.SpanID[:], calls)
		batch.Calls = append(batch.Calls, c)
		c.Start = c.Start.Add(every)
	}
	require.NoError(t, store.Write(t.Context(), batch))
}

func find(t *testing.T, store ledger.Store, settings optimize.Settings) *optimize.Answer {
	t.Helper()
	answer, err := optimize.Find(t.Context(), store, optimize.Question{Period: week, Settings: settings})
	require.NoError(t, err)
	return answer
}

func one(t *testing.T, answer *optimize.Answer, rule string) optimize.Recommendation {
	t.Helper()
	for _, r := range answer.Recommendations {
		if r.Rule == rule {
			return r
		}
	}
	t.Fatalf("no recommendation of %s in %+v", rule, answer.Recommendations)
	return optimize.Recommendation{}
}

func same(t *testing.T, want string, got udecimal.Decimal) {
	t.Helper()
	w := udecimal.MustParse(want)
	assert.True(t, got.Sub(w).Abs().LessThan(udecimal.MustParse("0.000000001")), "want %s, got %s", want, got)
}

// The rates in the comments are those of the vendors' price pages, USD a
// million tokens; the savings are calculated by hand.
func TestRules(t *testing.T) {
	t.Run("short calls have a smaller model", func(t *testing.T) {
		store := newLedger(t)
		// gpt-5: 1.25 in, 10 out. gpt-5-mini: 0.25 in, 2 out. A fifth of the cost.
		write(t, store, 1000, ledger.Call{Application: "bot", Provider: "openai", RequestModel: "gpt-5", ResponseModel: "gpt-5-2025-08-07",
			Usage: usage.Counts{usage.Input: 800, usage.Output: 200}})
		r := one(t, find(t, store, optimize.Settings{}), "cheaper_model")
		same(t, "3", r.Cost)
		same(t, "2.4", r.Saving)
		assert.Equal(t, optimize.Low, r.Confidence)
		assert.Contains(t, r.Advice, "gpt-5-mini")
		assert.Equal(t, int64(1000), r.Requests)
	})
	t.Run("large prompts are not cached", func(t *testing.T) {
		store := newLedger(t)
		// gpt-5 reads its cache at 0.125. Half of 10,000 tokens: 5000 x (1.25 - 0.125).
		write(t, store, 1000, ledger.Call{Provider: "openai", ResponseModel: "gpt-5", Usage: usage.Counts{usage.Input: 10_000, usage.Output: 500}})
		r := one(t, find(t, store, optimize.Settings{}), "cache_prompts")
		same(t, "17.5", r.Cost)
		same(t, "5.625", r.Saving)
		assert.Equal(t, optimize.Low, r.Confidence)
	})
	t.Run("prompts are seen to repeat", func(t *testing.T) {
		for name, tc := range map[string]struct {
			provider, model string
			every           time.Duration
			saving, advice  string // "" = no recommendation
			evidence        string
			settings        optimize.Settings
			prefix          int64 // tokens; 0 = 8,000
		}{
			// claude-sonnet-4-5: 3 in, 0.3 read, 3.75 written for 5 minutes. Of 1000 prefixes of
			// 8,000 tokens 999 are read, one is written: 7.992 M x 2.7 - 0.008 M x 0.75.
			"within 5 minutes": {
				provider: "anthropic", model: "claude-sonnet-4-5-20250929", every: 5 * time.Minute, saving: "21.5724", advice: "for 5 minutes",
				evidence: "of 1,000 calls with a hash, 999 had the prefix of a call at most 5 minutes before; different prefixes: 1, of 8,000 tokens on average",
			},
			// Written for an hour at 6: 7.992 M x 2.7 - 0.008 M x 3.
			"within an hour": {
				provider: "anthropic", model: "claude-sonnet-4-5-20250929", every: 9 * time.Minute, saving: "21.5544", advice: "for an hour",
				evidence: "999 had the prefix of a call at most an hour before",
			},
			// gpt-5: 1.25 in, 0.125 read, nothing to write.
			"where a cache is free": {
				provider: "openai", model: "gpt-5", every: time.Minute, saving: "8.991", advice: "prompt_cache_key", evidence: "999 had the prefix",
			},
			"where a free cache keeps them for a day": {
				provider: "openai", model: "gpt-5-2025-08-07", every: 6 * time.Minute, saving: "8.991", advice: "prompt_cache_retention 24h",
				evidence: "999 had the prefix of a call at most 24 hours before",
			},
			"later than a cache lasts in memory": {
				provider: "openai", model: "gpt-5", every: 6 * time.Minute, settings: optimize.Settings{OpenAIRetention: optimize.InMemory},
			},
			"later than the cache of a model without the long retention lasts": {provider: "openai", model: "gpt-4o", every: 6 * time.Minute},
			"of a small model, likewise":                                       {provider: "openai", model: "gpt-5-mini", every: 6 * time.Minute},
			// gpt-5.6-sol: 4 in, 0.4 read, 5 written. 7.992 M x 3.6 - 0.008 M x 1.
			"of a model that keeps them for half an hour": {
				provider: "openai", model: "gpt-5.6-sol", every: 9 * time.Minute, saving: "28.7632", advice: "prompt_cache_key",
				evidence: "999 had the prefix of a call at most 30 minutes before",
			},
			"later than half an hour": {provider: "openai", model: "gpt-5.6-sol", every: 31 * time.Minute},
			// Haiku 4.5 caches from 4,096 tokens.
			"and are shorter than the model caches": {provider: "anthropic", model: "claude-haiku-4-5-20251001", every: time.Minute, prefix: 3000},
		} {
			t.Run(name, func(t *testing.T) {
				store := newLedger(t)
				writeEvery(t, store, tc.every, 1000, ledger.Call{
					Provider: tc.provider, ResponseModel: tc.model,
					Usage: usage.Counts{usage.Input: 10_000, usage.Output: 100}, PromptPrefix: "0123456789abcdef", PromptPrefixTokens: cmp.Or(tc.prefix, 8000),
				})
				answer := find(t, store, tc.settings)
				if tc.saving == "" {
					for _, r := range answer.Recommendations {
						assert.NotEqual(t, "cache_prompts", r.Rule)
					}
					return
				}
				r := one(t, answer, "cache_prompts")
				// The mean call has whole tokens: less than one of each kind is lost a call.
				assert.InDelta(t, udecimal.MustParse(tc.saving).InexactFloat64(), r.Saving.InexactFloat64(), 1000*6e-6)
				assert.Contains(t, r.Advice, tc.advice)
				assert.Contains(t, r.Evidence, tc.evidence)
				assert.Equal(t, optimize.Medium, r.Confidence)
			})
		}
	})
	t.Run("the cache is written and not read", func(t *testing.T) {
		store := newLedger(t)
		// claude-sonnet-4-5: 3 in, 3.75 to write for 5 minutes: 0.75 a million for nothing.
		write(t, store, 1000, ledger.Call{Provider: "anthropic", ResponseModel: "claude-sonnet-4-5-20250929",
			Usage: usage.Counts{usage.Input: 5_000, usage.Output: 400, usage.CacheWrite: 4_000}})
		r := one(t, find(t, store, optimize.Settings{}), "cache_unread")
		same(t, "3", r.Saving)
		assert.Equal(t, optimize.Medium, r.Confidence)
	})
	t.Run("embeddings can wait", func(t *testing.T) {
		store := newLedger(t)
		// text-embedding-3-small: 0.02, in batch 0.01.
		write(t, store, 1000, ledger.Call{Operation: semconv.OperationEmbeddings, Provider: "openai", ResponseModel: "text-embedding-3-small",
			Usage: usage.Counts{usage.Input: 8_000}})
		same(t, "0.08", one(t, find(t, store, optimize.Settings{}), "batch").Saving)
	})
	t.Run("an application that can wait is named", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, 1000, ledger.Call{Application: "digest", Provider: "openai", ResponseModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_000, usage.Output: 500}})
		r := one(t, find(t, store, optimize.Settings{Batchable: []string{"digest"}}), "batch")
		same(t, "3.125", r.Saving)
		assert.Equal(t, optimize.Medium, r.Confidence)
	})
	t.Run("prompts cross into the long-context rates", func(t *testing.T) {
		store := newLedger(t)
		// gemini-2.5-pro: 1.25 in and 10 out, above 200,000 tokens 2.50 and 15.
		write(t, store, 200, ledger.Call{Provider: "gcp.gemini", ResponseModel: "gemini-2.5-pro", Usage: usage.Counts{usage.Input: 250_000, usage.Output: 1_000}})
		r := one(t, find(t, store, optimize.Settings{}), "long_context")
		same(t, "128", r.Cost)
		same(t, "76", r.Saving) // 0.64 becomes 0.26
		assert.Contains(t, r.Advice, "200,000")
	})
	t.Run("answers are long", func(t *testing.T) {
		store := newLedger(t)
		// A quarter of 4,000 tokens at 10.
		write(t, store, 1000, ledger.Call{Provider: "openai", ResponseModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_000, usage.Output: 4_000}})
		same(t, "10", one(t, find(t, store, optimize.Settings{}), "long_output").Saving)
	})
	t.Run("failed calls were billed", func(t *testing.T) {
		store := newLedger(t)
		write(t, store, 10, ledger.Call{Provider: "openai", ResponseModel: "gpt-5", Error: true, ErrorType: "stream_aborted", Usage: usage.Counts{usage.Input: 10_000, usage.Output: 1_000}})
		r := one(t, find(t, store, optimize.Settings{}), "failed_calls")
		same(t, "0.225", r.Saving)
		assert.Equal(t, optimize.High, r.Confidence)
		assert.Contains(t, r.Evidence, "stream_aborted")
	})
	t.Run("a run does not end", func(t *testing.T) {
		store := newLedger(t)
		c := ledger.Call{Agent: "researcher", Provider: "openai", ResponseModel: "gpt-5-nano", Usage: usage.Counts{usage.Input: 1_000, usage.Output: 1_000}}
		for run := range 12 {
			c.TraceID = ledger.TraceID{0xaa, byte(run + 1)}
			n := 4
			if run == 7 {
				n = 300
			}
			require.NoError(t, store.Write(t.Context(), ledger.Batch{Spans: []ledger.AgentSpan{{
				TraceID: c.TraceID, SpanID: ledger.SpanID{0xff, byte(run + 1)}, Start: week.From.Add(time.Minute), Received: week.From,
				Role: semconv.RoleAgent, Agent: "researcher", Name: "invoke_agent researcher",
			}}}))
			write(t, store, n, c)
		}
		r := one(t, find(t, store, optimize.Settings{}), "runaway_runs")
		// gpt-5-nano: 0.05 in, 0.40 out; 280 calls beyond the limit of 20.
		same(t, "0.126", r.Saving)
		assert.Contains(t, r.Evidence, "1 of 12 runs had more than 20 calls")
		assert.Contains(t, r.Evidence, ledger.TraceID{0xaa, 8}.String())
	})
}

func TestOptimize_TooFewCallsAreNotJudged(t *testing.T) {
	store := newLedger(t)
	write(t, store, 99, ledger.Call{Provider: "openai", ResponseModel: "gpt-5", Usage: usage.Counts{usage.Input: 10_000, usage.Output: 100}})
	answer := find(t, store, optimize.Settings{})
	assert.Empty(t, answer.Recommendations)
	assert.Equal(t, int64(1), answer.TooFew)
	var out bytes.Buffer
	require.NoError(t, format.Write(&out, format.TableFormat, answer.Document(), format.Options{}))
	assert.Contains(t, out.String(), "nothing to recommend\n")
	assert.Contains(t, out.String(), "Not evaluated, too few calls: 1 kind with 99 calls")
}

func TestOptimize_OfTheSameCallsOnlyTheLargestSavingCounts(t *testing.T) {
	store := newLedger(t)
	write(t, store, 1000, ledger.Call{Application: "bot", Provider: "openai", ResponseModel: "gpt-5", Usage: usage.Counts{usage.Input: 1_500, usage.Output: 200}})
	answer := find(t, store, optimize.Settings{Batchable: []string{"bot"}})
	require.Len(t, answer.Recommendations, 2)
	assert.Equal(t, "cheaper_model", answer.Recommendations[0].Rule)
	assert.False(t, answer.Recommendations[1].Counted)
	assert.Equal(t, answer.Recommendations[0].Saving, answer.Saving)
	same(t, answer.Saving.String(), answer.Weekly())
	assert.True(t, answer.Yearly().GreaterThan(answer.Weekly().Mul64(52)))
	assert.True(t, answer.Saving.LessThan(answer.Spent.Cost))
}

func TestOptimize_ImpossibleSettingsAreRefused(t *testing.T) {
	for want, settings := range map[string]optimize.Settings{
		"MinCalls":         {MinCalls: -1},
		"MinPrefix":        {MinPrefix: -1},
		"24h or in_memory": {OpenAIRetention: "1h"},
		"StableShare":      {StableShare: 1.5},
		"OutputCut":        {OutputCut: -0.1},
	} {
		_, err := optimize.Find(t.Context(), newLedger(t), optimize.Question{Period: week, Settings: settings})
		assert.ErrorContains(t, err, want)
	}
}
