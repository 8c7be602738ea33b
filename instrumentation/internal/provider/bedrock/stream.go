package bedrock

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the events of a stream. The counts come last.
type stream struct {
	response
	text bool // the event at hand carries output
}

func newStream(r *genai.Response) genai.Decoder {
	return &stream{response: response{resp: r, header: r.Usage}}
}

func (d *stream) End(f jsonscan.Field) {
	d.response.End(f)
	if f == useObject {
		d.resp.Complete = true
	}
}

func (d *stream) Text(_ jsonscan.Field, piece []byte, _ bool) {
	d.resp.OutputBytes += int64(len(piece))
	d.text = d.text || len(piece) > 0
}

func (d *stream) Document() {
	if d.text {
		d.resp.Chunks++
	}
	d.text = false
}
