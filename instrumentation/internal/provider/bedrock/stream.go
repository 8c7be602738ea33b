package bedrock

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the events of a stream. The counts come last.
type stream struct {
	response
	genai.OutputText
}

func newStream(r *genai.Response) genai.Decoder {
	return &stream{response{resp: r, header: r.Usage}, genai.OutputText{Resp: r}}
}

func (d *stream) End(f jsonscan.Field) {
	d.response.End(f)
	if f == useObject {
		d.resp.Complete = true
	}
}

func (d *stream) Document() {
	d.Chunk()
}
