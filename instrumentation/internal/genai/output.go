package genai

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

// OutputText counts what a stream puts out. Decoders of events embed it.
type OutputText struct {
	Resp *Response
	some bool // the event at hand carries output
}

// Text takes in a piece of generated text.
func (t *OutputText) Text(_ jsonscan.Field, piece []byte, _ bool) {
	t.Resp.OutputBytes += int64(len(piece))
	t.some = t.some || len(piece) > 0
}

// Chunk ends an event, which counts as a chunk if it carried output.
func (t *OutputText) Chunk() {
	if t.some {
		t.Resp.Chunks++
	}
	t.some = false
}
