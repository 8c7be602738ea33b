package openai

import (
	"cmp"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// responsesStream reads the events of a streamed response: response.created,
// deltas, and one of response.completed, .incomplete and .failed.
type responsesStream struct {
	responses
	delta      bool
	errorEvent bool   // the event at hand is "error"
	code, kind string // of the event at hand
}

func newResponsesStream(r *genai.Response) genai.Decoder {
	return &responsesStream{responses: responses{resp: r}}
}

func (d *responsesStream) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case respEventType:
		switch string(v) {
		case "error":
			d.resp.Complete, d.errorEvent = true, true
		case "response.completed", "response.incomplete", "response.failed":
			d.resp.Complete = true
		}
	case respEventCode:
		d.code = genai.FailureCode(k, v)
	case useSeconds:
		countSeconds(d.resp, k, v)
	case respErrorType:
		d.kind = genai.FailureCode(k, v)
	default:
		d.responses.Value(f, k, v)
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
	if d.errorEvent && d.resp.ErrorCode == "" {
		d.resp.ErrorCode = cmp.Or(d.code, d.kind, otherError)
	}
	d.delta, d.errorEvent, d.code, d.kind = false, false, "", ""
}
