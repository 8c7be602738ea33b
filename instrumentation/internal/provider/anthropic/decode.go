package anthropic

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

type request struct {
	jsonscan.Ignore
	req *genai.Request
}

func newRequest(r *genai.Request) genai.Decoder { return &request{req: r} }

func (d *request) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.req
	switch f {
	case reqModel:
		r.Model = genai.Text(k, v)
	case reqStream:
		r.Stream = k == jsonscan.True
	case reqMaxTokens:
		genai.OptCount(&r.MaxTokens, k, v)
	case reqTemperature:
		genai.OptFloat(&r.Temperature, k, v)
	case reqTopP:
		genai.OptFloat(&r.TopP, k, v)
	case reqTopK:
		genai.OptCount(&r.TopK, k, v)
	case reqStop:
		r.StopSequences = genai.AppendText(r.StopSequences, k, v)
	case reqEffort:
		r.ReasoningLevel = genai.Text(k, v)
	case reqServiceTier:
		r.ServiceTier = genai.Text(k, v)
	case reqGeo:
		r.InferenceGeo = genai.Text(k, v)
	case reqSpeed:
		r.Speed = genai.Text(k, v)
	case reqFormat:
		if genai.Text(k, v) == "json_schema" {
			r.OutputType = "json"
		}
	}
}

func (d *request) Settle() {}

// message reads a whole message.
type message struct {
	jsonscan.Ignore
	resp *genai.Response

	open, total counts
}

// counts are the numbers of usage objects.
type counts struct {
	input, output, cacheRead, cacheWrite, write5m, write1h genai.Opt[int64]
	thinking, webSearches, codeExecs                       genai.Opt[int64]
}

// add takes the larger of each count: those of a stream are running totals, and
// either of its two events may leave some at zero.
func (c *counts) add(o *counts) {
	for _, n := range [...]struct{ dst, v *genai.Opt[int64] }{
		{&c.input, &o.input}, {&c.output, &o.output}, {&c.cacheRead, &o.cacheRead}, {&c.cacheWrite, &o.cacheWrite},
		{&c.write5m, &o.write5m}, {&c.write1h, &o.write1h},
		{&c.thinking, &o.thinking}, {&c.webSearches, &o.webSearches}, {&c.codeExecs, &o.codeExecs},
	} {
		if n.v.Set && (!n.dst.Set || n.v.Value > n.dst.Value) {
			*n.dst = *n.v
		}
	}
}

func newMessage(r *genai.Response) genai.Decoder { return &message{resp: r} }

func (d *message) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respModel:
		r.Model = genai.Keep(r.Model, k, v)
	case respStopReason:
		r.SetFinishReason(0, genai.Keep("", k, v))
	case useInput:
		genai.OptCount(&d.open.input, k, v)
	case useOutput:
		genai.OptCount(&d.open.output, k, v)
	case useCacheRead:
		genai.OptCount(&d.open.cacheRead, k, v)
	case useCacheWrite:
		genai.OptCount(&d.open.cacheWrite, k, v)
	case useCacheWrite5m:
		genai.OptCount(&d.open.write5m, k, v)
	case useCacheWrite1h:
		genai.OptCount(&d.open.write1h, k, v)
	case useThinking:
		genai.OptCount(&d.open.thinking, k, v)
	case useWebSearches:
		genai.OptCount(&d.open.webSearches, k, v)
	case useCodeExecs:
		genai.OptCount(&d.open.codeExecs, k, v)
	case useTier:
		r.ServiceTier = genai.Keep(r.ServiceTier, k, v)
	case useGeo:
		r.InferenceGeo = genai.Keep(r.InferenceGeo, k, v)
	case useSpeed:
		r.Speed = genai.Keep(r.Speed, k, v)
	}
}

func (d *message) Begin(f jsonscan.Field) {
	if f == useObject {
		d.open = counts{}
	}
}

// End takes in a usage object; one that is cut off counts for nothing, since
// half of it would be billed as fresh input.
func (d *message) End(f jsonscan.Field) {
	if f == useObject {
		d.total.add(&d.open)
	}
}

func (d *message) Document() { d.resp.Complete = true }

// Settle adds the cache to the input, which Anthropic counts without it.
func (d *message) Settle() {
	c, u := &d.total, &d.resp.Usage
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
