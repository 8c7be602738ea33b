package openai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// usage collects the counts of a usage object. A later object replaces the
// numbers of an earlier one: some vendors report a running total in each chunk.
type usage struct {
	input, output, total genai.Opt[int64]
	counts               genai.Usage
	cost                 string
}

func (u *usage) value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	c := &u.counts
	switch f {
	case useInput:
		genai.OptCount(&u.input, k, v)
	case useOutput:
		genai.OptCount(&u.output, k, v)
	case useTotal:
		genai.OptCount(&u.total, k, v)
	case useCached:
		genai.Count(&c.CacheRead, k, v)
	case useCacheWrite:
		genai.Count(&c.CacheWrite, k, v)
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
		if k == jsonscan.Number {
			u.cost = string(v)
		}
	case useCitation:
		genai.Count(&c.Citation, k, v)
	case usePages:
		genai.Count(&c.Pages, k, v)
	case useSearches:
		genai.Count(&c.WebSearches, k, v)
	case useSearchSize:
		c.SearchContextSize = genai.Text(k, v)
	}
}

// settle writes what was counted into the response.
func (u *usage) settle(r *genai.Response, rules Rules) {
	out := u.counts
	out.Images, out.FileSearches, out.CodeExecs = r.Usage.Images, r.Usage.FileSearches, r.Usage.CodeExecs
	if out.WebSearches == 0 {
		out.WebSearches = r.Usage.WebSearches
	}
	out.Input, out.Output = u.input, u.output
	if out.Output.Set && u.reasoningBeside(rules.Reasoning) {
		out.Output.Value += out.Reasoning
	}
	if out.Output.Set {
		out.Output.Value += out.Citation
	}
	r.Usage = out
	if u.cost != "" {
		r.VendorCost = u.cost
	}
}

func (u *usage) reasoningBeside(r Reasoning) bool {
	switch r {
	case ReasoningBeside:
		return true
	case ReasoningByTotal:
		return !u.total.Set || u.total.Value != u.input.Value+u.output.Value
	default:
		return false
	}
}
