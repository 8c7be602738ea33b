package textgen

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// response reads an answer, whole or in events, of which each has the counts so
// far.
type response struct {
	jsonscan.Ignore
	resp   *genai.Response
	open   genai.Usage // of the event at hand: one that is cut off counts for nothing
	stream bool
	text   bool // the event at hand carries output
}

func newResponse(r *genai.Response) genai.Decoder { return &response{resp: r, open: r.Usage} }

func newStream(r *genai.Response) genai.Decoder {
	return &response{resp: r, open: r.Usage, stream: true}
}

func (d *response) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.resp
	switch f {
	case respID:
		r.ID = genai.Keep(r.ID, k, v)
	case respModel:
		r.Model = genai.KeepWord(r.Model, k, v)
	case respReason:
		// watsonx.ai says not_finished until it is.
		if reason := genai.KeepWord("", k, v); !strings.EqualFold(reason, "not_finished") {
			r.SetFinishReason(0, strings.ToLower(reason))
		}
	case respErrorCode:
		if genai.IsCode(v) {
			r.ErrorCode = string(v)
		}
	case respImage:
		d.open.Add(usage.Images, 1)
	case useInput:
		d.open.Count(usage.Input, k, v)
	case useOutput:
		d.open.Count(usage.Output, k, v)
	case useCached:
		d.open.Count(usage.CacheRead, k, v)
	}
}

func (d *response) Text(_ jsonscan.Field, piece []byte, _ bool) {
	d.resp.OutputBytes += int64(len(piece))
	d.text = d.text || len(piece) > 0
}

func (d *response) Document() {
	d.resp.Usage = d.open
	if !d.stream {
		d.resp.Complete = true
	} else if d.text {
		d.resp.Chunks++
	}
	d.text = false
}

func (d *response) Settle() {}
