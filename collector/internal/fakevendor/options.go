package fakevendor

import (
	"net/http"
	"time"
)

// Options configure a Server. The zero value answers every call at once and
// without errors.
type Options struct {
	// Seed selects the run: the same seed gives the same answers.
	Seed uint64
	// Latency is the time before the first byte of an answer.
	Latency DurationRange
	// ChunkInterval is the pause between two events of a stream.
	ChunkInterval time.Duration
	// Chunks is the number of text deltas in a stream; 0 means 8.
	Chunks int
	// InputTokens is a random number that is added to the length of the prompt, standing for
	// the documents a real prompt carries; zero means 200 to 2400.
	InputTokens IntRange
	// OutputTokens is random for each answer; zero means 40 to 700.
	OutputTokens IntRange
	// Faults is the share of calls that fail.
	Faults Faults
	// Now is the clock of creation times and rate-limit resets; nil means
	// time.Now. With a fixed clock two servers of one seed answer byte for byte
	// alike.
	Now func() time.Time
	// Adjust, when set, may change the answer before it is sent. It is called
	// from the goroutine that serves the call.
	Adjust func(Request, *Answer)
}

// DurationRange is a range for random durations, uniform, both ends included.
type DurationRange struct{ Min, Max time.Duration }

// IntRange is a range for random numbers, uniform, both ends included.
type IntRange struct{ Min, Max int64 }

// Faults are shares of calls between 0 and 1.
type Faults struct {
	RateLimited float64 // 429 with retry-after
	ServerError float64 // 500
	Overloaded  float64 // 529 from Anthropic, 503 from OpenAI
	// RetryAfter is the value that a 429 tells the client to wait; 0 means one second.
	RetryAfter time.Duration
}

// Request holds what a caller asked, as far as an Adjust function needs it.
type Request struct {
	Provider  string // ProviderOpenAI or ProviderAnthropic
	Operation Operation
	Model     string
	Stream    bool
	Attempt   int // X-Stainless-Retry-Count, 0 = first
	Header    http.Header
	Body      []byte
}

// Answer holds what the server is about to say.
type Answer struct {
	Status       int    // 200, or an error status
	ErrorType    string // the vendor's error type, empty on success
	ErrorMessage string
	RetryAfter   time.Duration // sent with a 429

	Model        string // the model that answers
	ServiceTier  string // as served
	InferenceGeo string // Anthropic; empty leaves the field out
	Text         string
	ToolCalls    []ToolCall
	FinishReason string // the vendor's own word
	Usage        Usage

	Damage Damage
}

// ToolCall is a call the model wants made.
type ToolCall struct {
	ID        string
	Name      string
	Arguments string // JSON object
}

// Damage spoils an answer on its way out.
type Damage string

// Kinds of damage.
const (
	// CutShort closes the connection in the middle of the body.
	CutShort Damage = "cut short"
	// Malformed replaces the middle of the body, or one event of a stream, by
	// bytes that are not JSON.
	Malformed Damage = "malformed"
)
