package openai

import "github.com/spanledger/spanledger/instrumentation/internal/genai"

// fetched reads a stored response that is read again, whole or from an event of
// its stream on. What it used was billed when it was made, unless it was made in
// the background.
type fetched struct {
	genai.Decoder // of made
	made          genai.Response
	resp          *genai.Response
}

func newFetched(inner func(*genai.Response) genai.Decoder) func(*genai.Response) genai.Decoder {
	return func(r *genai.Response) genai.Decoder {
		d := &fetched{resp: r}
		d.Decoder = inner(&d.made)
		return d
	}
}

func (d *fetched) Document() {
	d.Decoder.Document()
	d.resp.Complete, d.resp.Chunks = d.made.Complete, d.made.Chunks
}

func (d *fetched) Settle() {
	d.resp.Status = d.made.Status
	d.Decoder.Settle()
	d.resp.ID, d.resp.Model, d.resp.ErrorCode = d.made.ID, d.made.Model, d.made.ErrorCode
	if d.made.Background && d.made.Usage.Reported() {
		d.resp.Fetched = &d.made
	}
}
