package gemini

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the events of a stream. Each has the counts so far.
type stream struct{ response }

func newStream(r *genai.Response) genai.Decoder {
	return &stream{response{resp: r}}
}

func (d *stream) Text(_ jsonscan.Field, piece []byte, _ bool) {
	d.resp.OutputBytes += int64(len(piece))
}

// Document counts a chunk. The end of a stream has no mark of its own but the
// finish reason.
func (d *stream) Document() {
	if d.candidates > 0 {
		d.resp.Chunks++
	}
	d.candidates = 0
}
