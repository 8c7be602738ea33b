package openai

import (
	"bytes"
	"strconv"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// videoRequestShape and videoShape are the order of a video, of OpenAI and of
// xAI, which is billed by the second, at a price of its resolution.
var (
	videoRequestShape = jsonscan.Compile(
		jsonscan.Scalar("model", genai.MemberModel),
		jsonscan.Scalar("seconds", reqSeconds),
		jsonscan.Scalar("duration", reqSeconds), // xAI
		jsonscan.Scalar("size", reqSize),
		jsonscan.Scalar("resolution", genai.MemberSpeed), // xAI
		jsonscan.Each("image", reqSource),                // xAI bills what a video is made of, too
		jsonscan.Each("video", reqSource),
		jsonscan.Each("reference_images", reqSource),
	)
	videoShape = jsonscan.Compile(
		jsonscan.Scalar("id", respID),
		jsonscan.Scalar("request_id", respID), // xAI
		jsonscan.Scalar("model", respModel),
		jsonscan.Scalar("seconds", useSeconds),
		jsonscan.Scalar("size", respSize),
		jsonscan.Scalar("error.code", respErrorCode),
	)
)

const (
	reqSeconds = genai.OwnMember + iota
	reqSize
	reqSource
)

// respSize follows the fields of response bodies.
const respSize = useImageTool + 1

// videoRequest reads the order of a video.
type videoRequest struct {
	genai.RequestReader
	source bool
}

func newVideoRequest(r *genai.Request) genai.Decoder {
	return &videoRequest{RequestReader: genai.RequestReader{Req: r}}
}

func (d *videoRequest) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case reqSeconds:
		genai.Count(&d.Req.VideoSeconds, k, v)
	case reqSize:
		d.Req.Speed = resolution(v)
	default:
		d.RequestReader.Value(f, k, v)
	}
}

func (d *videoRequest) Begin(jsonscan.Field) { d.source = true }

func (d *videoRequest) Settle() {
	if d.source {
		d.Req.Speed += "_with_source"
	}
}

// resolution is the name of a size such as 1280x720, the shorter side with a p.
func resolution(size []byte) string {
	w, h, ok := bytes.Cut(size, []byte("x"))
	width, _ := strconv.Atoi(string(w))
	height, err := strconv.Atoi(string(h))
	if !ok || err != nil || width <= 0 || height <= 0 {
		return ""
	}
	return strconv.Itoa(min(width, height)) + "p"
}

// video reads the answer to the order of a video.
type video struct {
	jsonscan.Ignore
	resp *genai.Response
}

func newVideo(r *genai.Response) genai.Decoder { return &video{resp: r} }

func (d *video) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	switch f {
	case respID:
		d.resp.ID = genai.Keep(d.resp.ID, k, v)
	case respModel:
		d.resp.Model = genai.InternIfChanged(d.resp.Model, k, v)
	case useSeconds:
		d.resp.Usage.Count(usage.VideoSeconds, k, v)
	case respSize:
		d.resp.Speed = resolution(v)
	case respErrorCode:
		d.resp.ErrorCode = genai.KeepCode(d.resp.ErrorCode, k, v)
	}
}

func (d *video) Document() { d.resp.Complete = true }

func (d *video) Settle() {}

// countOrdered counts what was ordered where the answer only names the order.
func countOrdered(req *genai.Request, resp *genai.Response) {
	if u := &resp.Usage; !u.Has(usage.VideoSeconds) && resp.ID != "" && req.VideoSeconds > 0 {
		u.Set(usage.VideoSeconds, req.VideoSeconds)
	}
}
