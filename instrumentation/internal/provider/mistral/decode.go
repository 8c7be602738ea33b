package mistral

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

type request struct {
	jsonscan.Ignore
	req *genai.Request
}

func newRequest(r *genai.Request) genai.Decoder { return &request{req: r} }

func (d *request) Value(_ jsonscan.Field, k jsonscan.Kind, v []byte) { d.req.Model = genai.Word(k, v) }

func (d *request) Settle() {}

// response reads what a document's reading used; the text of its pages, which
// may be megabytes, is skipped.
type response struct {
	jsonscan.Ignore
	resp *genai.Response
}

func newResponse(r *genai.Response) genai.Decoder { return &response{resp: r} }

func (d *response) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case respModel:
		d.resp.Model = genai.KeepWord(d.resp.Model, k, v)
	case usePages:
		genai.Count(&d.resp.Usage.Pages, k, v)
	}
}

func (d *response) Document() { d.resp.Complete = true }

func (d *response) Settle() {}
