package cohere

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the events of a streamed chat.
type stream struct {
	response
	genai.OutputText
}

func newStream(r *genai.Response) genai.Decoder {
	return &stream{response{resp: r}, genai.OutputText{Resp: r}}
}

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

func (d *stream) Document() {
	d.take()
	d.Chunk()
}
