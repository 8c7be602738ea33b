package anthropic

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// counts are the numbers of usage objects, the input without the cache.
type counts struct{ genai.Usage }

// add takes the larger of each count: those of a stream are running totals, and
// either of its two events may leave some at zero.
func (c *counts) add(o *counts) {
	for f := range o.Given.All() {
		if !c.Has(f) || o.Counts[f] > c.Counts[f] {
			c.Set(f, o.Counts[f])
		}
	}
}

// sum adds counts that come on top of each other.
func (c *counts) sum(o *counts) {
	for f := range o.Given.All() {
		c.Add(f, o.Counts[f])
	}
}

// settle adds the cache to the input, which Anthropic counts without it.
func (c *counts) settle(u *genai.Usage) {
	*u = c.Usage
	if !c.Has(usage.CacheWrite) {
		u.Counts.CompleteCacheWrites()
	}
	if c.Has(usage.Input) {
		u.Counts[usage.Input] += u.Counts[usage.CacheRead] + u.Counts[usage.CacheWrite]
	}
}
