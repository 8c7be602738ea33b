package openai

import (
	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// videoShape is the order of a video, of OpenAI and of xAI, which is billed by
// the second of what is made.
var videoShape = jsonscan.Compile(
	jsonscan.Scalar("id", respID),
	jsonscan.Scalar("request_id", respID), // xAI
	jsonscan.Scalar("model", respModel),
	jsonscan.Scalar("seconds", useSeconds),
	jsonscan.Scalar("error.code", respErrorCode),
)

// video reads the order of a video.
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
	case respErrorCode:
		d.resp.ErrorCode = genai.KeepCode(d.resp.ErrorCode, k, v)
	}
}

func (d *video) Document() { d.resp.Complete = true }

func (d *video) Settle() {}
