package genai

// Opt is a value that may be absent. Zero is a value.
type Opt[T any] struct {
	Value T
	Set   bool
}

// Some is a value that is present.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Set: true} }

// Request holds what a call asks for. Empty strings and slices mean that the
// request does not say.
type Request struct {
	Model              string // as requested
	Stream             bool
	StreamOptions      bool // the request says something about its stream
	MaxTokens          Opt[int64]
	ChoiceCount        Opt[int64]
	Seed               Opt[int64]
	TopK               Opt[int64]
	Temperature        Opt[float64]
	TopP               Opt[float64]
	FrequencyPenalty   Opt[float64]
	PresencePenalty    Opt[float64]
	StopSequences      []string
	EncodingFormats    []string
	Dimensions         Opt[int64]
	ReasoningLevel     string
	PreviousResponseID string
	ConversationID     string
	OutputType         string // text, json, image, speech
	ServiceTier        string
	InferenceGeo       string
	Speed              string
	SearchContextSize  string
	CacheTTL           string // of what the call writes to a cache: 30m, 12h
	GuardrailID        string
	Documents          int64  // to be ranked
	Characters         int64  // to be spoken
	VideoSeconds       int64  // of video to be made
	Annotate           bool   // the pages of a document, in addition to reading them
	InputBytes         int64  // size of the request's body
	PrefixHash         string // of the stable part of the prompt; "" unless it was asked for
	PrefixBytes        int64  // of InputBytes
	PrefixParts        string // hashes of its parts
	PromptShares       string // bytes of the parts of the input; "" unless they were asked for
}
