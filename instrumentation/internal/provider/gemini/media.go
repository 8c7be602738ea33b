package gemini

import (
	"cmp"

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
	videos = videoAPI()
)

func mediaAPI(output string) *genai.API {
	return &genai.API{
		Operation: semconv.OperationGenerateContent,
		Request: genai.Format[genai.Request]{Shape: mediaRequestShape, New: func(r *genai.Request) genai.Decoder {
			r.OutputType = output
			return &mediaRequest{RequestReader: genai.RequestReader{Req: r}}
		}},
		Response: genai.Format[genai.Response]{Shape: mediaShape, New: func(r *genai.Response) genai.Decoder { return &media{resp: r} }},
	}
}

func videoAPI() *genai.API {
	api := mediaAPI("") // the conventions have no video
	api.Reconcile = countOrdered
	return api
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
	jsonscan.Scalar("parameters.durationSeconds", reqSeconds),
	jsonscan.Scalar("parameters.resolution", genai.MemberSpeed),
	jsonscan.Scalar("parameters.generateAudio", reqAudio),
)

const (
	reqSeconds = reqMIME + 1 + iota
	reqAudio
)

// mediaRequest reads the order of images or videos. A video has a price of its
// resolution, and another without sound.
type mediaRequest struct {
	genai.RequestReader
	silent bool
}

func (d *mediaRequest) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case reqSeconds:
		genai.Count(&d.Req.VideoSeconds, k, v)
	case reqAudio:
		d.silent = k == jsonscan.False
	default:
		d.RequestReader.Value(f, k, v)
	}
}

func (d *mediaRequest) Settle() {
	if d.silent {
		d.Req.Speed += "_silent"
	}
}

// defaultSeconds is how long a video is unless the order says it:
// ai.google.dev/gemini-api/docs/video.
const defaultSeconds = 8

// countOrdered counts the seconds of the videos that are ordered, which the
// answer does not.
func countOrdered(req *genai.Request, resp *genai.Response) {
	if resp.ID == "" || resp.ErrorCode != "" {
		return
	}
	videos := int64(1)
	if req.ChoiceCount.Set {
		videos = req.ChoiceCount.Value
	}
	resp.Usage.Set(usage.VideoSeconds, cmp.Or(req.VideoSeconds, defaultSeconds)*videos)
}

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
