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

	input, output, cacheRead, cacheWrite, write5m, write1h genai.Opt[int64]
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
		keepLargest(&d.input, k, v)
	case useOutput:
		keepLargest(&d.output, k, v)
	case useCacheRead:
		keepLargest(&d.cacheRead, k, v)
	case useCacheWrite:
		keepLargest(&d.cacheWrite, k, v)
	case useCacheWrite5m:
		keepLargest(&d.write5m, k, v)
	case useCacheWrite1h:
		keepLargest(&d.write1h, k, v)
	case useThinking:
		genai.Count(&r.Usage.Reasoning, k, v)
	case useWebSearches:
		genai.Count(&r.Usage.WebSearches, k, v)
	case useCodeExecs:
		genai.Count(&r.Usage.CodeExecs, k, v)
	case useTier:
		r.ServiceTier = genai.Keep(r.ServiceTier, k, v)
	case useGeo:
		r.InferenceGeo = genai.Keep(r.InferenceGeo, k, v)
	case useSpeed:
		r.Speed = genai.Keep(r.Speed, k, v)
	}
}

// keepLargest takes the larger count: those of a stream are running totals,
// and either of its two events may leave some at zero.
func keepLargest(dst *genai.Opt[int64], k jsonscan.Kind, v []byte) {
	if n := int64(0); genai.Count(&n, k, v) && (!dst.Set || n > dst.Value) {
		*dst = genai.Some(n)
	}
}

func (d *message) Document() { d.resp.Complete = true }

// Settle adds the cache to the input, which Anthropic counts without it.
func (d *message) Settle() {
	u := &d.resp.Usage
	u.CacheRead = d.cacheRead.Value
	u.CacheWrite5m, u.CacheWrite1h = d.write5m.Value, d.write1h.Value
	u.CacheWrite = d.cacheWrite.Value
	if !d.cacheWrite.Set {
		u.CacheWrite = u.CacheWrite5m + u.CacheWrite1h
	}
	u.Output = d.output
	if d.input.Set {
		u.Input = genai.Some(d.input.Value + u.CacheRead + u.CacheWrite)
	}
}
