package cohere

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the events of a streamed chat.
type stream struct {
	response
	text bool // the event at hand carries output
}

func newStream(r *genai.Response) genai.Decoder { return &stream{response: response{resp: r}} }

func (d *stream) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f != respEventType {
		d.response.Value(f, k, v)
		return
	}
	switch string(v) {
	case "message-end", "stream-end":
		d.resp.Complete = true
	}
}

func (d *stream) Text(_ jsonscan.Field, piece []byte, _ bool) {
	d.resp.OutputBytes += int64(len(piece))
	d.text = d.text || len(piece) > 0
}

func (d *stream) Document() {
	d.take()
	if d.text {
		d.resp.Chunks++
	}
	d.text = false
}
