package textgen

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// response reads a whole answer.
type response struct {
	jsonscan.Ignore
	resp *genai.Response
	open genai.Usage // of the document at hand: one that is cut off counts for nothing
}

func newResponse(r *genai.Response) genai.Decoder { return &response{resp: r, open: r.Usage} }

func (d *response) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case respReason:
		// watsonx.ai says not_finished until it is.
		if reason := genai.InternIfChanged("", k, v); !strings.EqualFold(reason, "not_finished") {
			r.SetFinishReason(0, strings.ToLower(reason))
		}
	case respErrorCode:
		r.ErrorCode = genai.KeepCode(r.ErrorCode, k, v)
	case respImage:
		d.open.Add(usage.Images, 1)
	case useInput:
		d.atLeast(usage.Input, k, v)
	case useOutput:
		d.atLeast(usage.Output, k, v)
	case useCached:
		d.open.Count(usage.CacheRead, k, v)
	}
}

// atLeast takes a count so far. Those of watsonx.ai have the input in the first
// event alone, and 0 in the others.
func (d *response) atLeast(f usage.Field, k jsonscan.Kind, v []byte) {
	if n := int64(0); genai.Count(&n, k, v) && (!d.open.Has(f) || n > d.open.Counts[f]) {
		d.open.Set(f, n)
	}
}

func (d *response) Document() {
	d.resp.Usage = d.open
	d.resp.Complete = true
}

func (d *response) Settle() {}
