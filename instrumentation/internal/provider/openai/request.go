package openai

import (
	"sync"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

type request struct {
	jsonscan.Ignore
	req *genai.Request
}

// requests holds decoders that are settled, for use by others.
var requests = sync.Pool{New: func() any { return new(request) }}

func newRequest(r *genai.Request) genai.Decoder {
	d := requests.Get().(*request)
	d.req = r
	return d
}

func newImageRequest(r *genai.Request) genai.Decoder {
	r.OutputType = "image"
	return newRequest(r)
}

func newSpeechRequest(r *genai.Request) genai.Decoder {
	r.OutputType = "speech"
	return newRequest(r)
}

func (d *request) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.req
	switch f {
	case reqModel:
		r.Model = genai.KeepWord(r.Model, k, v)
	case reqStream:
		r.Stream = k == jsonscan.True
	case reqMaxTokens:
		genai.OptCount(&r.MaxTokens, k, v)
	case reqN:
		genai.OptCount(&r.ChoiceCount, k, v)
	case reqSeed:
		genai.OptCount(&r.Seed, k, v)
	case reqTemperature:
		genai.OptFloat(&r.Temperature, k, v)
	case reqTopP:
		genai.OptFloat(&r.TopP, k, v)
	case reqTopK:
		genai.OptCount(&r.TopK, k, v)
	case reqFrequencyPenalty:
		genai.OptFloat(&r.FrequencyPenalty, k, v)
	case reqPresencePenalty:
		genai.OptFloat(&r.PresencePenalty, k, v)
	case reqStop:
		r.StopSequences = genai.AppendText(r.StopSequences, k, v)
	case reqEncodingFormat:
		r.EncodingFormats = genai.AppendText(r.EncodingFormats, k, v)
	case reqDimensions:
		genai.OptCount(&r.Dimensions, k, v)
	case reqReasoning:
		r.ReasoningLevel = genai.Word(k, v)
	case reqServiceTier:
		r.ServiceTier = genai.Word(k, v)
	case reqOutputFormat:
		r.OutputType = outputType(genai.Word(k, v))
	case reqPreviousResponse:
		r.PreviousResponseID = genai.Text(k, v)
	case reqConversation:
		r.ConversationID = genai.Keep(r.ConversationID, k, v)
	case reqSearchContextSize:
		r.SearchContextSize = genai.Word(k, v)
	case reqCacheTTL:
		r.CacheTTL = genai.Word(k, v)
	}
}

func (d *request) Begin(f jsonscan.Field) {
	if f == reqStreamOptions {
		d.req.StreamOptions = true
	}
}

// Settle also gives the decoder away.
func (d *request) Settle() {
	d.req = nil
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
