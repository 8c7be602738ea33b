package ledger

import (
	"time"

	"github.com/quagmt/udecimal"
)

// TraceID and SpanID are W3C trace context identifiers.
type (
	TraceID [16]byte
	SpanID  [8]byte
)

// Call is one line of the ledger: one LLM call.
type Call struct {
	TraceID      TraceID
	SpanID       SpanID
	ParentSpanID SpanID // zero at the root

	Start            time.Time     // UTC, the instant the call is priced at
	Duration         time.Duration // span duration
	TimeToFirstChunk time.Duration // zero when not streamed

	// Attribution; empty means nobody said.
	User        string
	Department  string
	Application string
	Team        string
	CostCenter  string
	Environment string // deployment.environment.name
	Tags        map[string]string

	// Where in the run the call was made.
	Workflow       string
	Agent          string
	Step           string
	ConversationID string

	Service       string // service.name
	Provider      string // gen_ai.provider.name
	ServerAddress string
	Operation     string // gen_ai.operation.name
	RequestModel  string
	ResponseModel string // empty when the vendor did not answer
	ResponseID    string
	ServiceTier   string // as served
	Streamed      bool
	FinishReasons []string

	Error      bool
	ErrorType  string
	StatusCode int // HTTP status, 0 when not known
	Attempt    int // 0 = first

	Usage       Usage
	UsageSource string // reported, estimated, missing

	Cost Cost

	Role     string // semconv.RoleLLM ...
	Billable bool   // false: kept for the trace, not summed
	Dialect  string // whose telemetry it was

	Received time.Time // when the collector took it; the newest write of a key wins
}

// Model is the model to report under: the one that answered, else the one asked for.
func (c *Call) Model() string {
	if c.ResponseModel != "" {
		return c.ResponseModel
	}
	return c.RequestModel
}

// Usage counts tokens and billed units. Input includes cache reads and writes;
// Output includes reasoning. Every other token count is a subset of these two.
type Usage struct {
	Input  int64
	Output int64

	CacheRead     int64
	CacheWrite    int64 // all TTLs
	CacheWrite5m  int64
	CacheWrite30m int64
	CacheWrite1h  int64
	CacheWrite12h int64
	Reasoning     int64

	AudioInput     int64
	AudioCacheRead int64
	AudioOutput    int64
	ImageInput     int64
	ImageCacheRead int64
	ImageOutput    int64

	WebSearches  int64
	FileSearches int64
	CodeExecs    int64
	SearchUnits  int64
	Pages        int64
	Images       int64
}

// Cost is what pricing said of the call.
type Cost struct {
	Status         string            // priced, free, unpriced, invalid; empty = never priced
	Amount         *udecimal.Decimal // nil unless priced or free; at most 18 decimals
	Currency       string            // ISO 4217
	Reason         string            // machine-readable, for unpriced and invalid
	Flags          []string          // stated fallbacks
	LineItems      string            // JSON array, "" when none
	CatalogVersion string
	Vendor         *udecimal.Decimal // the vendor's own claim, kept beside ours
}

// AgentSpan is one node of a run that is not an LLM call: workflow, agent,
// step, tool, retrieval.
type AgentSpan struct {
	TraceID      TraceID
	SpanID       SpanID
	ParentSpanID SpanID

	Start    time.Time
	Duration time.Duration

	Role       string // semconv.RoleAgent ...
	Name       string // span name
	Workflow   string
	Agent      string
	Step       string
	StepNumber int
	Tool       string

	User           string
	Department     string
	Application    string
	Service        string
	ConversationID string

	Error     bool
	ErrorType string

	Links []SpanID // hand-offs

	Received time.Time
}
