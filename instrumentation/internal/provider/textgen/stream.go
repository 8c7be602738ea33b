package textgen

import "github.com/spanledger/spanledger/instrumentation/internal/genai"

// stream reads events, of which each has the counts so far.
type stream struct {
	response
	genai.OutputText
}

func newStream(r *genai.Response) genai.Decoder {
	return &stream{response{resp: r, open: r.Usage}, genai.OutputText{Resp: r}}
}

func (d *stream) Document() {
	d.resp.Usage = d.open
	d.Chunk()
}
