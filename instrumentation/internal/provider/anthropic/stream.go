package anthropic

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// stream reads the events of a streamed message.
type stream struct {
	message
	genai.OutputText
	delta bool // the event at hand carries output
}

func newStream(r *genai.Response) genai.Decoder {
	d := &stream{OutputText: genai.OutputText{Resp: r}}
	d.init(r)
	return d
}

func (d *stream) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case respEventType:
		switch string(v) {
		case "message_stop", "error":
			d.resp.Complete = true
		case "content_block_delta", "completion":
			d.delta = true
		}
	default:
		d.message.Value(f, k, v)
	}
}

func (d *stream) Document() {
	if d.delta {
		d.resp.Chunks++
	}
	d.delta = false
}
