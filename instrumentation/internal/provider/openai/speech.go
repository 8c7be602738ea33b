package openai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// speechRequestShape is the order of speech, whose answer is sound: where it has
// no tokens, it is billed by the characters of the text.
var speechRequestShape = jsonscan.Compile(
	jsonscan.Scalar("model", genai.MemberModel),
	jsonscan.Scalar("stream_format", reqStreamFormat),
	jsonscan.Text("input", reqSpoken),
	jsonscan.Text("text", reqSpoken), // xAI
)

const (
	reqSpoken = genai.OwnMember + iota
	reqStreamFormat
)

// speechRequest counts the characters that are to be spoken.
type speechRequest struct{ genai.RequestReader }

func newSpeechRequest(r *genai.Request) genai.Decoder {
	r.OutputType = "speech"
	return &speechRequest{genai.RequestReader{Req: r}}
}

func (d *speechRequest) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f == reqStreamFormat {
		d.Req.Stream = string(v) == "sse"
		return
	}
	d.RequestReader.Value(f, k, v)
}

func (d *speechRequest) Text(_ jsonscan.Field, piece []byte, _ bool) {
	for _, b := range piece {
		if b&0xC0 != 0x80 { // not the rest of a character
			d.Req.Characters++
		}
	}
}

func countSpoken(req *genai.Request, resp *genai.Response) {
	if u := &resp.Usage; resp.ErrorCode == "" && !u.Has(usage.Input) && !u.Has(usage.Output) {
		u.Counts[usage.Characters] = req.Characters
	}
}
