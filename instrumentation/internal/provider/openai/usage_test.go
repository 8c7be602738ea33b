package openai

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Moonshot has the usage of a stream in its last choice.
func TestUsage_InAChoice(t *testing.T) {
	r := read(chatFormat(true), `{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}`,
		`{"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}}]}`)
	assert.EqualValues(t, 8, r.Usage.Counts[usage.Input])
	assert.EqualValues(t, 2, r.Usage.Counts[usage.Output])
}

// Gateways to Claude state its counts of the cache under its own names, next to
// OpenAI's or instead of them; the input has the cache or not.
func TestUsage_CacheByClaudesNames(t *testing.T) {
	type counts struct{ in, read, write, write5m, write1h int64 }
	for _, tt := range []struct {
		name, usage string
		want        counts
	}{
		{"LiteLLM, read", `{"prompt_tokens":13976,"completion_tokens":8,"total_tokens":13984,"prompt_tokens_details":{"cached_tokens":13965,"text_tokens":11,"cache_write_tokens":0,"cache_creation_tokens":0,"cache_creation_token_details":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0}},"cache_creation_input_tokens":0,"cache_read_input_tokens":13965}`, counts{in: 13976, read: 13965}},
		{"LiteLLM, written for an hour", `{"prompt_tokens":5010,"completion_tokens":8,"prompt_tokens_details":{"cached_tokens":0,"cache_creation_tokens":5000,"cache_creation_token_details":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":5000}},"cache_creation_input_tokens":5000,"cache_read_input_tokens":0}`, counts{in: 5010, write: 5000, write1h: 5000}},
		{"top first", `{"cache_creation_input_tokens":5000,"cache_read_input_tokens":70,"prompt_tokens":5100,"completion_tokens":8,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0}}`, counts{in: 5100, read: 70, write: 5000}},
		{"Alibaba", `{"prompt_tokens":2015,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":2005},"cache_creation_input_tokens":2005,"cache_type":"ephemeral"}}`, counts{in: 2015, write: 2005, write5m: 2005}},
		{"input without the cache", `{"prompt_tokens":10,"completion_tokens":8,"cache_creation_input_tokens":300,"cache_read_input_tokens":4000}`, counts{in: 4310, read: 4000, write: 300}},
		{"nothing of it", `{"prompt_tokens":10,"completion_tokens":8,"cache_creation_input_tokens":null,"cache_read_input_tokens":0}`, counts{in: 10}},
		{"OpenAI's own names, impossible", `{"prompt_tokens":10,"completion_tokens":8,"prompt_tokens_details":{"cached_tokens":4000}}`, counts{in: 10, read: 4000}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, stream := range []bool{false, true} {
				r := read(chatFormat(stream), `{"model":"claude-opus-4-7","usage":`+tt.usage+`}`)
				Rules{CacheTTL: CacheTTL}.splitCacheWrites(&genai.Request{}, &r)
				c := r.Usage.Counts
				assert.Equal(t, tt.want, counts{c[usage.Input], c[usage.CacheRead], c[usage.CacheWrite], c[usage.CacheWrite5m], c[usage.CacheWrite1h]})
				assert.Zero(t, c[usage.CacheWrite30m], "OpenAI's lifetime")
			}
		})
	}
}
