package cohere

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// response reads an answer of any endpoint.
type response struct {
	jsonscan.Ignore
	resp *genai.Response
	open genai.Usage // of the document that is being read: one that is cut off counts for nothing
}

func newResponse(r *genai.Response) genai.Decoder { return &response{resp: r} }

func (d *response) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respFinishReason:
		r.SetFinishReason(0, genai.InternIfChanged("", k, v))
	default:
		d.open.ReadCounted(f, k, v)
	}
}

func (d *response) Document() {
	d.resp.Complete = true
	d.take()
}

// take takes the counts of a document that is whole.
func (d *response) take() {
	if d.open.Reported() {
		d.resp.Usage = d.open
	}
}

// Settle names the failure of an answer with status 200, which its reason to finish
// tells: ERROR, and of the first version of the API ERROR_TOXIC and ERROR_LIMIT.
func (d *response) Settle() {
	for _, reason := range d.resp.FinishReasons {
		if d.resp.ErrorCode == "" && (strings.EqualFold(reason, "error") || strings.HasPrefix(reason, "ERROR_")) {
			d.resp.ErrorCode = "_OTHER"
		}
	}
}
