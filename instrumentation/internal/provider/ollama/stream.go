package ollama

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the lines of a stream.
type stream struct {
	response
	genai.OutputText
}

func newStream(r *genai.Response) genai.Decoder {
	return &stream{response{resp: r}, genai.OutputText{Resp: r}}
}

func (d *stream) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f == respDone || f == respError {
		d.resp.Complete = d.resp.Complete || f == respError && k == jsonscan.String || k == jsonscan.True
	}
	d.response.Value(f, k, v)
}

func (d *stream) Document() {
	d.Chunk()
}
