package openai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// responsesStream reads the events of a streamed response: response.created,
// deltas, and one of response.completed, .incomplete and .failed.
type responsesStream struct {
	responses
	delta bool
}

func newResponsesStream(r *genai.Response) genai.Decoder {
	return &responsesStream{responses: responses{resp: r}}
}

func (d *responsesStream) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f != respEventType {
		d.responses.Value(f, k, v)
		return
	}
	switch string(v) {
	case "response.completed", "response.incomplete", "response.failed", "error":
		d.resp.Complete = true
	}
}

func (d *responsesStream) Text(_ jsonscan.Field, piece []byte, last bool) {
	d.resp.OutputBytes += int64(len(piece))
	d.delta = d.delta || last
}

func (d *responsesStream) Document() {
	if d.delta {
		d.resp.Chunks++
	}
	d.delta = false
}
