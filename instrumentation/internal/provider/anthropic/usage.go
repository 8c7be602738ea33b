package anthropic

import "github.com/spanledger/spanledger/instrumentation/internal/genai"

// counts are the numbers of usage objects.
type counts struct {
	input, output, cacheRead, cacheWrite, write5m, write1h genai.Opt[int64]
	thinking, webSearches, codeExecs                       genai.Opt[int64]
}

// pairs are the numbers of two usage objects side by side.
func (c *counts) pairs(o *counts) [9][2]*genai.Opt[int64] {
	return [...][2]*genai.Opt[int64]{
		{&c.input, &o.input}, {&c.output, &o.output}, {&c.cacheRead, &o.cacheRead}, {&c.cacheWrite, &o.cacheWrite},
		{&c.write5m, &o.write5m}, {&c.write1h, &o.write1h},
		{&c.thinking, &o.thinking}, {&c.webSearches, &o.webSearches}, {&c.codeExecs, &o.codeExecs},
	}
}

// add takes the larger of each count: those of a stream are running totals, and
// either of its two events may leave some at zero.
func (c *counts) add(o *counts) {
	for _, p := range c.pairs(o) {
		if p[1].Set && (!p[0].Set || p[1].Value > p[0].Value) {
			*p[0] = *p[1]
		}
	}
}

// sum adds counts that come on top of each other.
func (c *counts) sum(o *counts) {
	for _, p := range c.pairs(o) {
		if p[1].Set {
			*p[0] = genai.Some(p[0].Value + p[1].Value)
		}
	}
}

// settle adds the cache to the input, which Anthropic counts without it.
func (c *counts) settle(u *genai.Usage) {
	u.CacheRead = c.cacheRead.Value
	u.CacheWrite5m, u.CacheWrite1h = c.write5m.Value, c.write1h.Value
	u.CacheWrite = c.cacheWrite.Value
	if !c.cacheWrite.Set {
		u.CacheWrite = u.CacheWrite5m + u.CacheWrite1h
	}
	u.Reasoning, u.WebSearches, u.CodeExecs = c.thinking.Value, c.webSearches.Value, c.codeExecs.Value
	u.Output = c.output
	if c.input.Set {
		u.Input = genai.Some(c.input.Value + u.CacheRead + u.CacheWrite)
	}
}
