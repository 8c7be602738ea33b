package ollama

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// response reads an answer of any endpoint.
type response struct {
	jsonscan.Ignore
	resp *genai.Response
}

func newResponse(r *genai.Response) genai.Decoder { return &response{resp: r} }

func (d *response) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respModel:
		r.Model = genai.InternIfChanged(r.Model, k, v)
	case respDoneReason:
		r.SetFinishReason(0, genai.InternIfChanged("", k, v))
	case respError:
		if k != jsonscan.String || len(v) == 0 {
			return
		}
		r.ErrorCode = "_OTHER" // the text is free, and may quote the prompt
	default:
		r.Usage.ReadCounted(f, k, v)
	}
}

func (d *response) Document() { d.resp.Complete = true }

func (d *response) Settle() {}
