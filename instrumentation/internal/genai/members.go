package genai

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

// Members of requests that mean the same to every vendor, whatever they are
// called: a provider's shape says which of its keys is which. A provider numbers
// members of its own from OwnMember on.
const (
	MemberModel jsonscan.Field = iota + 1
	MemberStream
	MemberMaxTokens
	MemberChoiceCount
	MemberSeed
	MemberTemperature
	MemberTopP
	MemberTopK
	MemberFrequencyPenalty
	MemberPresencePenalty
	MemberStop
	MemberEncodingFormat
	MemberDimensions
	MemberReasoning
	MemberServiceTier
	MemberInferenceGeo
	MemberSpeed
	MemberJSONFormat // a format of which JSON alone is told
	MemberPreviousResponse
	MemberConversation
	MemberSearchContextSize
	MemberCacheTTL
	MemberGuardrail

	OwnMember
)

// RequestReader reads the members that vendors share. A provider with others
// embeds it, and hands on what is not its own.
type RequestReader struct {
	jsonscan.Ignore
	Req *Request
}

// NewRequest returns a reader of requests without members of their own.
func NewRequest(r *Request) Decoder { return &RequestReader{Req: r} }

// Value reads a member.
func (d *RequestReader) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r := d.Req
	switch f {
	case MemberModel:
		r.Model = InternIfChanged(r.Model, k, v)
	case MemberStream:
		r.Stream = k == jsonscan.True
	case MemberMaxTokens:
		OptCount(&r.MaxTokens, k, v)
	case MemberChoiceCount:
		OptCount(&r.ChoiceCount, k, v)
	case MemberSeed:
		OptCount(&r.Seed, k, v)
	case MemberTemperature:
		OptFloat(&r.Temperature, k, v)
	case MemberTopP:
		OptFloat(&r.TopP, k, v)
	case MemberTopK:
		OptCount(&r.TopK, k, v)
	case MemberFrequencyPenalty:
		OptFloat(&r.FrequencyPenalty, k, v)
	case MemberPresencePenalty:
		OptFloat(&r.PresencePenalty, k, v)
	case MemberStop:
		r.StopSequences = AppendText(r.StopSequences, k, v)
	case MemberEncodingFormat:
		r.EncodingFormats = AppendText(r.EncodingFormats, k, v)
	case MemberDimensions:
		OptCount(&r.Dimensions, k, v)
	case MemberReasoning:
		r.ReasoningLevel = Intern(k, v)
	case MemberServiceTier:
		r.ServiceTier = Intern(k, v)
	case MemberInferenceGeo:
		r.InferenceGeo = Intern(k, v)
	case MemberSpeed:
		r.Speed = Intern(k, v)
	case MemberJSONFormat:
		switch Intern(k, v) {
		case "json", "json_object", "json_schema":
			r.OutputType = "json"
		}
	case MemberPreviousResponse:
		r.PreviousResponseID = Text(k, v)
	case MemberConversation:
		r.ConversationID = Keep(r.ConversationID, k, v)
	case MemberSearchContextSize:
		r.SearchContextSize = Intern(k, v)
	case MemberCacheTTL:
		r.CacheTTL = Intern(k, v)
	case MemberGuardrail:
		r.GuardrailID = Text(k, v)
	}
}

// Settle does nothing.
func (d *RequestReader) Settle() {}
