package bedrock

import (
	"net/http"
	"strconv"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

var countHeaders = map[string]usage.Field{
	"X-Amzn-Bedrock-Input-Token-Count":             usage.Input,
	"X-Amzn-Bedrock-Output-Token-Count":            usage.Output,
	"X-Amzn-Bedrock-Cache-Read-Input-Token-Count":  usage.CacheRead,
	"X-Amzn-Bedrock-Cache-Write-Input-Token-Count": usage.CacheWrite,
}

// ReadHeaders takes the counts of InvokeModel, which not every model repeats
// in its body. The input is counted without the cache.
func ReadHeaders(h http.Header, r *genai.Response) {
	u := &r.Usage
	for name, f := range countHeaders {
		if n, err := strconv.ParseInt(h.Get(name), 10, 64); err == nil {
			u.Set(f, n)
		}
	}
	if u.Has(usage.Input) {
		u.Counts[usage.Input] += u.Counts[usage.CacheRead] + u.Counts[usage.CacheWrite]
	}
	r.ServiceTier = h.Get("X-Amzn-Bedrock-Service-Tier")
	if h.Get("X-Amzn-Bedrock-Performanceconfig-Latency") == "optimized" {
		r.Speed = "optimized"
	}
}

// withHeaderCounts makes the counts of the headers stand where the body has
// none.
func withHeaderCounts(api genai.API) *genai.API {
	wrap := func(open func(*genai.Response) genai.Decoder) func(*genai.Response) genai.Decoder {
		return func(r *genai.Response) genai.Decoder {
			d := &headed{resp: r, header: r.Usage}
			r.Usage = genai.Usage{}
			d.Decoder = open(r)
			return d
		}
	}
	api.Response.New = wrap(api.Response.New)
	api.Stream.New = wrap(api.Stream.New)
	return &api
}

type headed struct {
	genai.Decoder
	resp   *genai.Response
	header genai.Usage
}

func (d *headed) Settle() {
	d.Decoder.Settle()
	if !d.resp.Usage.Reported() {
		d.resp.Usage = d.header
	}
}
