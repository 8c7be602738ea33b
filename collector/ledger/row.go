package ledger

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/usage"
)

// TraceID and SpanID are W3C trace context identifiers.
type (
	TraceID [16]byte
	SpanID  [8]byte
)

// Call is one line of the ledger: one LLM call.
type Call struct {
	TraceID      TraceID `json:"trace_id"`
	SpanID       SpanID  `json:"span_id"`
	ParentSpanID SpanID  `json:"parent_span_id,omitzero"` // zero at the root

	Start            time.Time     `json:"start"`                           // UTC, the instant the call is priced at
	Duration         time.Duration `json:"duration_ns,omitzero"`            // span duration
	TimeToFirstChunk time.Duration `json:"time_to_first_chunk_ns,omitzero"` // zero when not streamed

	// Attribution; empty means missing.
	User        string            `json:"user,omitzero"`
	Department  string            `json:"department,omitzero"`
	Application string            `json:"application,omitzero"`
	Team        string            `json:"team,omitzero"`
	CostCenter  string            `json:"cost_center,omitzero"`
	Environment string            `json:"environment,omitzero"` // deployment.environment.name
	Tags        map[string]string `json:"tags,omitzero"`

	// Where in the run the call was made.
	Workflow       string `json:"workflow,omitzero"`
	Agent          string `json:"agent,omitzero"`
	Step           string `json:"step,omitzero"`
	ConversationID string `json:"conversation_id,omitzero"`

	PromptName    string `json:"prompt_name,omitzero"`    // gen_ai.prompt.name
	PromptVersion string `json:"prompt_version,omitzero"` // gen_ai.prompt.version
	Purpose       string `json:"purpose,omitzero"`        // semconv.PurposeProduction ...

	Service       string   `json:"service,omitzero"`  // service.name
	Provider      string   `json:"provider,omitzero"` // gen_ai.provider.name
	ServerAddress string   `json:"server_address,omitzero"`
	Operation     string   `json:"operation,omitzero"` // gen_ai.operation.name
	RequestModel  string   `json:"request_model,omitzero"`
	ResponseModel string   `json:"response_model,omitzero"` // empty when the vendor did not answer
	ResponseID    string   `json:"response_id,omitzero"`
	ServiceTier   string   `json:"service_tier,omitzero"` // as served
	Streamed      bool     `json:"streamed,omitzero"`
	FinishReasons []string `json:"finish_reasons,omitzero"`

	Error      bool   `json:"error,omitzero"`
	ErrorType  string `json:"error_type,omitzero"`
	StatusCode int    `json:"status_code,omitzero"` // HTTP status, 0 when not known
	Attempt    int    `json:"attempt,omitzero"`     // 0 = first
	Aborted    bool   `json:"aborted,omitzero"`     // the caller stopped reading before the end

	// What of the prompt stays the same from call to call, where the transport
	// was asked to hash it.
	PromptPrefix       string `json:"prompt_prefix,omitzero"`        // hash, no content
	PromptPrefixTokens int64  `json:"prompt_prefix_tokens,omitzero"` // of Usage.Input, by its share of the bytes
	// PromptParts identifies the parts of the prefix: three hashes of 8 digits each,
	// of tools, instructions and first message, with dots between; a part that the
	// prompt does not have is empty.
	PromptParts string `json:"prompt_parts,omitzero"`
	// PromptShares is how many bytes the parts of the input are, where the transport was
	// asked to count them: semconv.PromptShares.
	PromptShares string `json:"prompt_shares,omitzero"`

	Usage       usage.Counts `json:"usage,omitzero"`
	UsageSource string       `json:"usage_source,omitzero"` // reported, estimated, missing, none
	// UsageFields is how many fields of usage's table the row's writer could
	// keep. It is 0 in rows from before it was recorded, which have the first 25
	// at most: what else those calls used is not known.
	UsageFields int `json:"usage_fields,omitzero"`

	Cost  Cost  `json:"cost,omitzero"`
	Terms Terms `json:"terms,omitzero"`

	Role     string `json:"role,omitzero"`     // semconv.RoleLLM ...
	Billable bool   `json:"billable,omitzero"` // false: kept for the trace, not summed
	Dialect  string `json:"dialect,omitzero"`  // whose telemetry it was
	Claim    string `json:"claim,omitzero"`    // semconv.ClaimTransport ...: how close to the vendor the span saw the call

	// Of two rows with one key the higher Revision holds, then the later
	// Received, then the one written last.
	Revision int       `json:"revision,omitzero"` // 0 as delivered; every repricing adds one; below 4096
	Received time.Time `json:"received,omitzero"` // when the collector took it, in microseconds
}

// Model is the model to report under: the one that answered, else the one asked for.
func (c *Call) Model() string {
	if c.ResponseModel != "" {
		return c.ResponseModel
	}
	return c.RequestModel
}

// Cost holds what pricing said of the call.
type Cost struct {
	Status         string            `json:"status,omitzero"`     // priced, free, unpriced, invalid; empty = never priced
	Amount         *udecimal.Decimal `json:"amount,omitempty"`    // nil unless priced or free; at most 18 decimals
	Currency       string            `json:"currency,omitzero"`   // ISO 4217
	Reason         string            `json:"reason,omitzero"`     // machine-readable, for unpriced and invalid
	Flags          []string          `json:"flags,omitzero"`      // stated fallbacks
	Bill           Bill              `json:"line_items,omitzero"` // as text, a JSON array
	CatalogVersion string            `json:"catalog_version,omitzero"`
	Vendor         *udecimal.Decimal `json:"vendor,omitempty"` // the vendor's own claim, kept next to ours
}

// Terms holds what moved the price of a call next to its model, usage and served
// tier. They are kept so that it can be priced again.
type Terms struct {
	RequestedTier     string `json:"requested_tier,omitzero"`
	Speed             string `json:"speed,omitzero"`         // as served: standard, fast
	InferenceGeo      string `json:"inference_geo,omitzero"` // as served
	Region            string `json:"region,omitzero"`        // of the endpoint that answered
	SearchContextSize string `json:"search_context_size,omitzero"`
}

// AgentSpan is one node of a run that is not an LLM call: workflow, agent,
// step, tool, retrieval.
type AgentSpan struct {
	TraceID      TraceID `json:"trace_id"`
	SpanID       SpanID  `json:"span_id"`
	ParentSpanID SpanID  `json:"parent_span_id,omitzero"`

	Start    time.Time     `json:"start"`
	Duration time.Duration `json:"duration_ns,omitzero"`

	Role       string `json:"role,omitzero"` // semconv.RoleAgent ...
	Name       string `json:"name,omitzero"` // span name
	Workflow   string `json:"workflow,omitzero"`
	Agent      string `json:"agent,omitzero"`
	Step       string `json:"step,omitzero"`
	StepNumber int    `json:"step_number,omitzero"`
	Tool       string `json:"tool,omitzero"`

	User           string `json:"user,omitzero"`
	Department     string `json:"department,omitzero"`
	Application    string `json:"application,omitzero"`
	Service        string `json:"service,omitzero"`
	ConversationID string `json:"conversation_id,omitzero"`

	Error     bool   `json:"error,omitzero"`
	ErrorType string `json:"error_type,omitzero"`

	Links []SpanID `json:"links,omitzero"` // hand-offs

	Received time.Time `json:"received,omitzero"` // when the collector took it, in microseconds; the latest holds
}
