package anthropic

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// counts are the numbers of usage objects, the input without the cache.
type counts struct{ genai.Usage }

// prompt is the fields of what went in; they are one statement.
var prompt = [...]usage.Field{usage.Input, usage.CacheRead, usage.CacheWrite, usage.CacheWrite5m, usage.CacheWrite1h}

// add takes in a later usage object of the same message. What came out is a
// running total. What went in is stated again by the last object that has any of
// it: servers in this format that learn the counts at the end begin with an
// estimate. An object whose input is all zero, or that repeats the input and
// leaves the cache out, takes nothing away.
func (c *counts) add(o *counts) {
	stated := false
	for _, f := range prompt {
		stated = stated || o.Counts[f] != 0
	}
	if stated && o.Has(usage.Input) && o.Counts[usage.Input] != c.Counts[usage.Input] {
		if o.Has(usage.CacheWrite) && o.Counts[usage.CacheWrite] != c.Counts[usage.CacheWrite] {
			c.Counts[usage.CacheWrite5m], c.Counts[usage.CacheWrite1h] = 0, 0
		}
		for _, f := range prompt {
			c.Copy(f, &o.Usage)
		}
	}
	c.atLeast(o)
}

// atLeast takes the larger of each count.
func (c *counts) atLeast(o *counts) {
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
