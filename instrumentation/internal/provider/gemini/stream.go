package gemini

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// stream reads the events of a stream. Each has the counts so far.
type stream struct {
	response
	genai.OutputText
}

func newStream(r *genai.Response) genai.Decoder {
	return &stream{response{resp: r}, genai.OutputText{Resp: r}}
}

// Document counts a chunk. The end of a stream has no mark of its own but the
// finish reason.
func (d *stream) Document() {
	if d.candidates > 0 {
		d.resp.Chunks++
	}
	d.candidates = 0
}
