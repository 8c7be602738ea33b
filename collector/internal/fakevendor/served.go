package fakevendor

import "time"

// Providers, spelled as in gen_ai.provider.name.
const (
	ProviderOpenAI    = "openai"
	ProviderAnthropic = "anthropic"
)

// Operation is one endpoint of a vendor.
type Operation string

// Operations.
const (
	OpenAIChat        Operation = "openai chat completions"
	OpenAIResponses   Operation = "openai responses"
	OpenAIEmbeddings  Operation = "openai embeddings"
	AnthropicMessages Operation = "anthropic messages"
)

// Served is one call the server answered, error answers included.
type Served struct {
	Sequence  int // from 1, in order of arrival
	Provider  string
	Operation Operation
	Path      string

	RequestModel  string
	ResponseModel string // empty on errors
	ServiceTier   string
	ResponseID    string // empty on errors and for embeddings, which carry none
	RequestID     string

	Status       int
	ErrorType    string // the vendor's error type, empty on success
	FinishReason string
	ToolCalls    int
	Attempt      int

	Streamed bool
	// UsageSent is false where the protocol keeps usage from the client: errors,
	// and OpenAI chat streams without stream_options.include_usage.
	UsageSent bool
	// Aborted says that the client went away, or that the answer was damaged,
	// before its end.
	Aborted bool
	Usage   Usage

	Start    time.Time
	Duration time.Duration
}

// Usage holds what a call used. Input includes cache reads and writes, Output
// includes reasoning; all other token counts are subsets of these two.
type Usage struct {
	Input        int64
	Output       int64
	CacheRead    int64
	CacheWrite5m int64
	CacheWrite1h int64
	Reasoning    int64
	WebSearches  int64
}

// CacheWrite is the sum over lifetimes.
func (u Usage) CacheWrite() int64 { return u.CacheWrite5m + u.CacheWrite1h }

// Add returns the sum of two usages.
func (u Usage) Add(v Usage) Usage {
	return Usage{
		Input:        u.Input + v.Input,
		Output:       u.Output + v.Output,
		CacheRead:    u.CacheRead + v.CacheRead,
		CacheWrite5m: u.CacheWrite5m + v.CacheWrite5m,
		CacheWrite1h: u.CacheWrite1h + v.CacheWrite1h,
		Reasoning:    u.Reasoning + v.Reasoning,
		WebSearches:  u.WebSearches + v.WebSearches,
	}
}
