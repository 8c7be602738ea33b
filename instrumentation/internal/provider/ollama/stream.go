package ollama

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the lines of a stream.
type stream struct {
	response
	text bool // the line at hand carries output
}

func newStream(r *genai.Response) genai.Decoder { return &stream{response: response{resp: r}} }

func (d *stream) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f == respDone || f == respError {
		d.resp.Complete = d.resp.Complete || f == respError || k == jsonscan.True
	}
	d.response.Value(f, k, v)
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
