package mistral

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

type request struct{ genai.RequestReader }

func newRequest(r *genai.Request) genai.Decoder { return &request{genai.RequestReader{Req: r}} }

// Begin sees that the request has a format for annotations.
func (d *request) Begin(jsonscan.Field) { d.Req.Annotate = true }

// annotated counts the pages as annotated, which have a price of their own,
// where the request asks for annotations: the answer does not say.
func annotated(req *genai.Request, resp *genai.Response) {
	if u := &resp.Usage; req.Annotate {
		u.Counts[usage.AnnotatedPages], u.Counts[usage.Pages] = u.Counts[usage.Pages], 0
	}
}

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
		d.resp.Model = genai.InternIfChanged(d.resp.Model, k, v)
	default:
		d.resp.Usage.ReadCounted(f, k, v)
	}
}

func (d *response) Document() { d.resp.Complete = true }

func (d *response) Settle() {}
