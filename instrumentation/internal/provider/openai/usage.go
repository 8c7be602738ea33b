package openai

import (
	"cmp"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// usage collects usage objects. A later object replaces an earlier one, since
// some vendors report a running total in each chunk; one that is cut off counts
// for nothing, since half of it would be billed as fresh input.
type usage struct {
	open, last counts
}

// counts are the numbers of one usage object.
type counts struct {
	genai.Usage
	total genai.Opt[int64]
	cost  string
	tools bool // the vendor counts the tools that it bills
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
		genai.Count(&c.WebSearches, k, v)
	case useToolXSearches:
		genai.Count(&c.XSearches, k, v)
	case useToolFileSearches:
		if n := int64(0); genai.Count(&n, k, v) { // under two names
			c.CollectionSearches += n
		}
	case useToolCodeExecs:
		genai.Count(&c.CodeExecs, k, v)
	}
}

func (u *usage) begin(f jsonscan.Field) {
	if f == useObject {
		u.open = counts{}
	}
}

func (u *usage) end(f jsonscan.Field) {
	if f == useObject {
		u.last = u.open
	}
}

func (u *usage) value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	c := &u.open
	switch f {
	case useInput:
		genai.OptCount(&c.Input, k, v)
	case useOutput:
		genai.OptCount(&c.Output, k, v)
	case useTotal:
		genai.OptCount(&c.total, k, v)
	case useCached:
		genai.Count(&c.CacheRead, k, v)
	case useCacheWrite:
		genai.Count(&c.CacheWrite, k, v)
	case useCacheWrite30m:
		genai.Count(&c.CacheWrite30m, k, v)
	case useCacheWrite12h:
		genai.Count(&c.CacheWrite12h, k, v)
	case useReasoning:
		genai.Count(&c.Reasoning, k, v)
	case useTextIn:
		genai.Count(&c.TextInput, k, v)
	case useImageIn:
		genai.Count(&c.ImageInput, k, v)
	case useAudioIn:
		genai.Count(&c.AudioInput, k, v)
	case useTextCached:
		genai.Count(&c.TextCacheRead, k, v)
	case useImageCached:
		genai.Count(&c.ImageCacheRead, k, v)
	case useAudioCached:
		genai.Count(&c.AudioCacheRead, k, v)
	case useTextOut:
		genai.Count(&c.TextOutput, k, v)
	case useImageOut:
		genai.Count(&c.ImageOutput, k, v)
	case useAudioOut:
		genai.Count(&c.AudioOutput, k, v)
	case useCost:
		c.cost = genai.Money(k, v, 0)
	case useCostTicks:
		c.cost = genai.Money(k, v, ticks)
	case useToolWebSearches, useToolXSearches, useToolFileSearches, useToolCodeExecs:
		c.tool(f, k, v)
	case useCitation:
		genai.Count(&c.Citation, k, v)
	case useSearches:
		genai.Count(&c.WebSearches, k, v)
	case useSearchSize:
		c.SearchContextSize = genai.Word(k, v)
	}
}

// settle writes what was counted into the response, beside the tools that its
// output shows.
func (u *usage) settle(r *genai.Response, rules Rules) {
	out := u.last.Usage
	out.Images, out.AudioSeconds = r.Usage.Images, r.Usage.AudioSeconds
	if !u.last.tools {
		out.FileSearches, out.CodeExecs = r.Usage.FileSearches, r.Usage.CodeExecs
		out.WebSearches = cmp.Or(out.WebSearches, r.Usage.WebSearches)
	}
	if out.Output.Set {
		if u.last.reasoningBeside(rules.Reasoning) {
			out.Output.Value += out.Reasoning
		}
		out.Output.Value += out.Citation
	}
	r.Usage = out
	r.VendorCost = u.last.cost
}

func (c *counts) reasoningBeside(r Reasoning) bool {
	switch r {
	case ReasoningBeside:
		return true
	case ReasoningByTotal:
		return !c.total.Set || c.total.Value != c.Input.Value+c.Output.Value
	default:
		return false
	}
}

// splitCacheWrites says how long what was written to the cache is kept, which
// has a price of its own, where the answer does not. The time is the one the
// answer names, or the request, or the vendor's; one that is not known is left
// open.
func (r Rules) splitCacheWrites(req *genai.Request, resp *genai.Response) {
	u := &resp.Usage
	if u.CacheWrite30m != 0 || u.CacheWrite12h != 0 {
		return
	}
	switch cmp.Or(resp.CacheTTL, req.CacheTTL, r.CacheTTL) {
	case "30m":
		u.CacheWrite30m = u.CacheWrite
	case "12h":
		u.CacheWrite12h = u.CacheWrite
	}
}
