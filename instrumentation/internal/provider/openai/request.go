package openai

import (
	"sync"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

type request struct{ genai.RequestReader }

// requests holds decoders that are settled, for use by others.
var requests = sync.Pool{New: func() any { return new(request) }}

func newRequest(r *genai.Request) genai.Decoder {
	d := requests.Get().(*request)
	d.Req = r
	return d
}

func newImageRequest(r *genai.Request) genai.Decoder {
	r.OutputType = "image"
	return newRequest(r)
}

func (d *request) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if f == reqOutputFormat {
		d.Req.OutputType = outputType(genai.Intern(k, v))
		return
	}
	d.RequestReader.Value(f, k, v)
}

func (d *request) Begin(f jsonscan.Field) {
	if f == reqStreamOptions {
		d.Req.StreamOptions = true
	}
}

// Settle also gives the decoder away.
func (d *request) Settle() {
	d.Req = nil
	requests.Put(d)
}

// outputType maps a response format to gen_ai.output.type.
func outputType(format string) string {
	switch format {
	case "json_object", "json_schema":
		return "json"
	default:
		return format
	}
}
