package bedrock

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

type request struct{ genai.RequestReader }

func newRequest(r *genai.Request) genai.Decoder { return &request{genai.RequestReader{Req: r}} }

func (d *request) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f == reqLatency {
		d.Req.Speed = speed(k, v)
		return
	}
	d.RequestReader.Value(f, k, v)
}

// speed keeps the one latency that has a price of its own.
func speed(k jsonscan.Kind, v []byte) string {
	if s := genai.Intern(k, v); s == "optimized" {
		return s
	}
	return ""
}

// response reads an answer of any model.
type response struct {
	jsonscan.Ignore
	resp   *genai.Response
	header genai.Usage // counts of the headers

	open, last counts
	flat       counts // of models without a usage object
	ttl        string
	written    int64
}

// counts are the numbers of one usage object. A later object replaces an
// earlier one; one that is cut off counts for nothing.
type counts struct {
	genai.Usage
	inclusive bool // the input has the cache in it
}

func newResponse(r *genai.Response) genai.Decoder {
	return &response{resp: r, header: r.Usage}
}

func (d *response) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r, c := d.resp, &d.open
	switch f {
	case respStopReason:
		r.SetFinishReason(0, genai.InternIfChanged("", k, v))
	case respGuardrail:
		if len(r.FinishReasons) == 0 && string(v) == "INTERVENED" {
			r.SetFinishReason(0, "guardrail_intervened") // as Converse calls it
		}
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case respTier:
		r.ServiceTier = genai.InternIfChanged(r.ServiceTier, k, v)
	case respLatency:
		r.Speed = speed(k, v)
	case useInclusiveInput:
		c.Count(usage.Input, k, v)
		c.inclusive = true
	case useCacheTTL:
		d.ttl = genai.Intern(k, v)
	case useCacheTokens:
		genai.Count(&d.written, k, v)
	case useFlatInput:
		d.flat.Count(usage.Input, k, v)
	case useFlatOutputPart:
		if n := int64(0); genai.Count(&n, k, v) {
			d.flat.Add(usage.Output, n)
		}
	case useFlatOutput:
		d.flat.Count(usage.Output, k, v)
	default:
		c.ReadCounted(f, k, v)
	}
}

func (d *response) Begin(f jsonscan.Field) {
	switch f {
	case useObject:
		d.open = counts{}
	case useCacheDetail:
		d.ttl, d.written = "", 0
	}
}

func (d *response) End(f jsonscan.Field) {
	switch f {
	case useObject:
		d.last = d.open
	case useCacheDetail:
		switch d.ttl {
		case "5m":
			d.open.Counts[usage.CacheWrite5m] += d.written
		case "1h":
			d.open.Counts[usage.CacheWrite1h] += d.written
		}
	}
}

func (d *response) Document() { d.resp.Complete = true }

// Settle adds the cache to the input, which Bedrock counts without it, and
// falls back to the counts of models without a usage object, then to those of
// the headers.
func (d *response) Settle() {
	u := d.last.Usage
	if u.Has(usage.Input) && !d.last.inclusive {
		u.Counts[usage.Input] += u.Counts[usage.CacheRead] + u.Counts[usage.CacheWrite]
	}
	if !u.Reported() {
		u = d.flat.Usage
	}
	if !u.Reported() || !u.Has(usage.Output) && d.header.Has(usage.Output) {
		u = d.header
	}
	d.resp.Usage = u
}
