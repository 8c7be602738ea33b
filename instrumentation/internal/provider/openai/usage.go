package openai

import (
	"cmp"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// usageReader collects usage objects. A later object replaces an earlier one, since
// some vendors report a running total in each chunk; one that is cut off counts
// for nothing, since half of it would be billed as fresh input.
type usageReader struct {
	open, last counts
	stated     string // what the call costs, next to the usage
}

// counts are the numbers of one usage object.
type counts struct {
	genai.Usage
	total genai.Opt[int64]
	cost  string
	tools bool // the vendor counts the tools that it bills
	// Gateways to Claude repeat its counts of the cache under its names, some next
	// to OpenAI's, and some have an input without them, as Claude's is.
	claude bool
	geo    string
	// With the caller's own key the cost is the gateway's fee alone; the vendor
	// behind it bills upstream to the same caller.
	byok     bool
	upstream string
}

// charge returns what the answer says the call costs its caller.
func (c *counts) charge() string {
	switch {
	case !c.byok:
		return c.cost
	case c.upstream == "":
		return "" // the fee alone is not what the call costs
	default:
		return genai.AddMoney(c.cost, c.upstream)
	}
}

// ticks is how many digits of xAI's unit of cost are behind the point of a
// dollar.
const ticks = 10

// tool takes in the vendor's own count of a tool's calls, of which those that
// the output shows are more, or fewer.
func (c *counts) tool(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	c.tools = true
	switch f {
	case useToolWebSearches:
		c.Count(usage.WebSearches, k, v)
	case useToolXSearches:
		c.Count(usage.XSearches, k, v)
	case useToolFileSearches:
		if n := int64(0); genai.Count(&n, k, v) { // under two names
			c.Add(usage.CollectionSearches, n)
		}
	case useToolCodeExecs:
		c.Count(usage.CodeExecutions, k, v)
	}
}

func (u *usageReader) begin(f jsonscan.Field) {
	if f == useObject {
		u.open = counts{}
	}
}

func (u *usageReader) end(f jsonscan.Field) {
	// Some gateways end a stream with an event whose counts are all zero.
	if f == useObject && (u.last.Counts.IsZero() || !u.open.Counts.IsZero()) {
		u.last = u.open
	}
}

func (u *usageReader) value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	c := &u.open
	switch f {
	case useTotal:
		genai.OptCount(&c.total, k, v)
	case useCached:
		c.largest(usage.CacheRead, k, v)
	case useCacheWrite:
		c.largest(usage.CacheWrite, k, v)
	case useClaudeRead:
		c.claudeCount(usage.CacheRead, k, v)
	case useClaudeWrite:
		c.claudeCount(usage.CacheWrite, k, v)
	case useClaudeWrite5m:
		c.claudeCount(usage.CacheWrite5m, k, v)
	case useClaudeWrite1h:
		c.claudeCount(usage.CacheWrite1h, k, v)
	case useGeo:
		c.geo = genai.Intern(k, v)
	case useCost:
		c.cost = genai.Money(k, v, 0)
	case useCharge:
		u.stated = genai.Money(k, v, 0)
	case useCostTicks:
		c.cost = genai.Money(k, v, ticks)
	case useBYOK:
		c.byok = k == jsonscan.True
	case useUpstreamCost:
		c.upstream = genai.Money(k, v, 0)
	case useToolWebSearches, useToolXSearches, useToolFileSearches, useToolCodeExecs:
		c.tool(f, k, v)
	case useSearchSize:
		c.SearchContextSize = genai.Intern(k, v)
	default:
		c.ReadCounted(f, k, v)
	}
}

// largest takes in a count of the cache, of which an object may have several under
// names of different vendors: the largest holds. It says whether that is not zero.
func (c *counts) largest(f usage.Field, k jsonscan.Kind, v []byte) bool {
	if n := int64(0); genai.Count(&n, k, v) && (n > c.Counts[f] || !c.Has(f)) {
		c.Set(f, n)
	}
	return c.Counts[f] != 0
}

// claudeCount takes in a count of the cache under one of Claude's names.
func (c *counts) claudeCount(f usage.Field, k jsonscan.Kind, v []byte) {
	if c.largest(f, k, v) {
		c.claude = true
	}
}

// withCache is the input with the cache in it, which that of some gateways to
// Claude leaves out: it has fewer tokens than were read and written.
func (c *counts) withCache() int64 {
	input, cache := c.Counts[usage.Input], c.Counts[usage.CacheRead]+c.Counts[usage.CacheWrite]
	if c.claude && input < cache {
		return input + cache
	}
	return input
}

// settle writes what was counted into the response, next to the tools that its
// output shows.
func (u *usageReader) settle(r *genai.Response, rules Rules) {
	out := u.last.Usage
	out.Counts[usage.Images], out.Counts[usage.AudioSeconds] = r.Usage.Counts[usage.Images], r.Usage.Counts[usage.AudioSeconds]
	if !u.last.tools {
		out.Counts[usage.FileSearches], out.Counts[usage.CodeExecutions] = r.Usage.Counts[usage.FileSearches], r.Usage.Counts[usage.CodeExecutions]
		out.Counts[usage.WebSearches] = cmp.Or(out.Counts[usage.WebSearches], r.Usage.Counts[usage.WebSearches])
	}
	if out.Has(usage.Input) {
		out.Counts[usage.Input] = u.last.withCache()
	}
	if u.last.claude {
		r.CacheTTL = claudeCache
	}
	if u.last.geo != "" {
		r.InferenceGeo = u.last.geo
	}
	if out.Has(usage.Output) {
		if u.last.reasoningBeside(rules.Reasoning) {
			out.Counts[usage.Output] += out.Counts[usage.Reasoning]
		}
		out.Counts[usage.Output] += out.Counts[usage.Citation]
	}
	if rules.inputOnly && !out.Has(usage.Input) && u.last.total.Set { // Voyage
		out.Set(usage.Input, u.last.total.Value)
	}
	r.Usage = out
	r.VendorCost = cmp.Or(u.last.charge(), u.stated)
}

// reasoningBeside reports whether the output is without its reasoning. Where
// the vendor's own total has the reasoning, it decides: some doors to a model
// count in another way than its maker.
func (c *counts) reasoningBeside(r Reasoning) bool {
	sum := c.Counts[usage.Input] + c.Counts[usage.Output]
	switch {
	case r == ReasoningBeside:
		return true
	case c.total.Set && c.total.Value == sum:
		return false
	case c.total.Set && c.total.Value == sum+c.Counts[usage.Reasoning]:
		return true
	default:
		return r != ReasoningInside
	}
}

// claudeCache is a cache that is kept as long as Claude's are, not OpenAI's.
const claudeCache = "ephemeral"

// splitCacheWrites says how long what was written to the cache is kept, which
// has a price of its own, where the answer does not. The time is the one the
// answer names, or the request, or the vendor's; one that is not known is left
// open.
func (r Rules) splitCacheWrites(req *genai.Request, resp *genai.Response) {
	u := &resp.Usage
	if u.Counts[usage.CacheWrite30m] != 0 || u.Counts[usage.CacheWrite12h] != 0 {
		return
	}
	switch cmp.Or(resp.CacheTTL, req.CacheTTL, r.CacheTTL) {
	case "30m":
		u.Counts[usage.CacheWrite30m] = u.Counts[usage.CacheWrite]
	case "12h":
		u.Counts[usage.CacheWrite12h] = u.Counts[usage.CacheWrite]
	}
}
