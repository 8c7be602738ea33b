package gemini

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// images is Imagen, which is billed by the image; videos is Veo, whose answer
// names the operation that makes the video.
//
// Source: ai.google.dev/gemini-api/docs/imagen, ai.google.dev/gemini-api/docs/video.
var (
	images = mediaAPI("image")
	videos = mediaAPI("") // the conventions have no video
)

func mediaAPI(output string) *genai.API {
	return &genai.API{
		Operation: semconv.OperationGenerateContent,
		Request: genai.Format[genai.Request]{Shape: mediaRequestShape, New: func(r *genai.Request) genai.Decoder {
			r.OutputType = output
			return genai.NewRequest(r)
		}},
		Response: genai.Format[genai.Response]{Shape: mediaShape, New: func(r *genai.Response) genai.Decoder { return &media{resp: r} }},
	}
}

const (
	medImage jsonscan.Field = iota + 1
	medData
	medOperation
	medErrorStatus
)

var mediaRequestShape = jsonscan.Compile(
	jsonscan.Scalar("parameters.sampleCount", genai.MemberChoiceCount),
	jsonscan.Scalar("parameters.numberOfVideos", genai.MemberChoiceCount),
	jsonscan.Scalar("parameters.seed", genai.MemberSeed),
)

var mediaShape = jsonscan.Compile(
	jsonscan.Each("predictions[]", medImage),
	jsonscan.Scalar("predictions[].mimeType", medData),
	jsonscan.Scalar("name", medOperation),
	jsonscan.Scalar("error.status", medErrorStatus),
)

// media counts images. One that a filter held back is not in the answer, or has
// no type, and is not billed.
type media struct {
	jsonscan.Ignore
	resp *genai.Response
	data bool
}

func (d *media) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case medData:
		d.data = true
	case medOperation:
		d.resp.ID = genai.Keep(d.resp.ID, k, v)
	case medErrorStatus:
		d.resp.ErrorCode = genai.KeepCode(d.resp.ErrorCode, k, v)
	}
}

func (d *media) Begin(jsonscan.Field) { d.data = false }

func (d *media) End(jsonscan.Field) {
	if d.data {
		d.resp.Usage.Add(usage.Images, 1)
	}
}

func (d *media) Document() { d.resp.Complete = true }

func (d *media) Settle() {}
