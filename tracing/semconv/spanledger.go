package semconv

import "go.opentelemetry.io/otel/attribute"

// Attribution: who a call is for. The conventions define only UserID.
const (
	UserID      = attribute.Key("user.id")
	Department  = attribute.Key("spanledger.department")
	Application = attribute.Key("spanledger.application") // default: service.name
	Team        = attribute.Key("spanledger.team")
	CostCenter  = attribute.Key("spanledger.cost_center")
	// Purpose says why a call was made: one of the values below. The default is
	// production.
	Purpose = attribute.Key("spanledger.purpose")
	// TagPrefix is followed by a key of the user's choice: further dimensions.
	TagPrefix = "spanledger.tag."
	// Unattributed is the value that reports and metrics show for a missing attribution.
	Unattributed = "(unattributed)"
)

// Values of Purpose.
const (
	PurposeProduction = "production"
	PurposeEvaluation = "evaluation" // of the system under evaluation
	PurposeJudge      = "judge"      // of a model that judges an output
	PurposeTest       = "test"
)

// Budgets: the state of the budget of a call, written by the guard in the application.
const (
	BudgetName  = attribute.Key("spanledger.budget.name")
	BudgetState = attribute.Key("spanledger.budget.state") // warning, exceeded
)

// Caps: the limit of a run or conversation because of which a call was refused, written
// by the guard in the application.
const (
	CapName  = attribute.Key("spanledger.cap.name")
	CapPer   = attribute.Key("spanledger.cap.per")   // run, conversation
	CapLimit = attribute.Key("spanledger.cap.limit") // amount, calls, depth, calls_per_minute
)

// AgentDepth is the number of nested agents. It is sent as W3C baggage between services,
// and not set on spans.
const AgentDepth = attribute.Key("spanledger.agent.depth")

// Steps of agents, which the conventions do not define: a step is one iteration.
const (
	StepName   = attribute.Key("spanledger.step.name")
	StepNumber = attribute.Key("spanledger.step.number") // int, from 1, in loops
	SpanRole   = attribute.Key("spanledger.role")        // one of the Role values below
)

// Values of SpanRole.
const (
	RoleLLM        = "llm"
	RoleEmbeddings = "embeddings"
	RoleRerank     = "rerank"
	RoleAgent      = "agent"
	RoleWorkflow   = "workflow"
	RoleStep       = "step"
	RoleTool       = "tool"
	RoleRetrieval  = "retrieval"
	RolePlan       = "plan"
	RoleMemory     = "memory"
	RoleEvaluation = "evaluation"
	RoleMCP        = "mcp" // a message of the Model Context Protocol other than a tool call
	RoleOther      = "other"
)

// Links between spans: the reason of a link, which the conventions do not define.
const (
	LinkType    = attribute.Key("spanledger.link.type")
	LinkHandOff = "hand_off" // the linked agent handed the conversation over
)

// Usage that the conventions do not define. The keys of cache writes by lifetime are
// subsets of gen_ai.usage.cache_write.input_tokens.
const (
	UsageSource              = attribute.Key("spanledger.usage.source") // reported, estimated, missing, none
	UsageCacheWrite5mTokens  = attribute.Key("spanledger.usage.cache_write_5m.input_tokens")
	UsageCacheWrite1hTokens  = attribute.Key("spanledger.usage.cache_write_1h.input_tokens")
	UsageCacheWrite30mTokens = attribute.Key("spanledger.usage.cache_write_30m.input_tokens")
	UsageCacheWrite12hTokens = attribute.Key("spanledger.usage.cache_write_12h.input_tokens")
	// UsageVideoInputTokens is a subset of gen_ai.usage.input_tokens.
	UsageVideoInputTokens = attribute.Key("spanledger.usage.video.input_tokens")
	// UsageCitationOutputTokens is a subset of gen_ai.usage.output_tokens.
	UsageCitationOutputTokens     = attribute.Key("spanledger.usage.citation.output_tokens")
	UsageWebSearchRequests        = attribute.Key("spanledger.usage.web_search.requests")
	UsageFileSearchRequests       = attribute.Key("spanledger.usage.file_search.requests")
	UsageAttachmentSearchRequests = attribute.Key("spanledger.usage.attachment_search.requests")
	UsageXSearchRequests          = attribute.Key("spanledger.usage.x_search.requests")
	UsageCollectionSearchRequests = attribute.Key("spanledger.usage.collection_search.requests")
	UsageCodeExecRequests         = attribute.Key("spanledger.usage.code_execution.requests")
	UsageMapsGroundings           = attribute.Key("spanledger.usage.maps_groundings")
	UsageSearchUnits              = attribute.Key("spanledger.usage.search_units")
	UsagePages                    = attribute.Key("spanledger.usage.pages")
	UsageAnnotatedPages           = attribute.Key("spanledger.usage.annotated_pages")
	UsageImages                   = attribute.Key("spanledger.usage.images")
	UsageRequests                 = attribute.Key("spanledger.usage.requests")
	UsageAudioSeconds             = attribute.Key("spanledger.usage.audio.seconds")
	UsageVideoSeconds             = attribute.Key("spanledger.usage.video.seconds")       // of generated video
	UsageCharacters               = attribute.Key("spanledger.usage.characters")          // of text converted to speech
	UsageNanoCredits              = attribute.Key("spanledger.usage.nano_credits")        // billionths of GitHub's AI credits
	UsageUnexplained              = attribute.Key("spanledger.usage.unexplained_tokens")  // tokens of the sender's total that no other count includes
	UsageSearchContextSize        = attribute.Key("spanledger.usage.search_context_size") // low, medium, high
)

// Values of UsageSource.
const (
	UsageReported  = "reported"
	UsageEstimated = "estimated"
	UsageMissing   = "missing"
	UsageNone      = "none" // the call failed before it used anything
)

// Terms that the price of a call depends on. The conventions define some of them for
// OpenAI only (openai.request.service_tier, openai.response.service_tier).
const (
	RequestServiceTier  = attribute.Key("spanledger.request.service_tier")
	ResponseServiceTier = attribute.Key("spanledger.response.service_tier") // as served: standard, batch, flex, priority, ...
	InferenceGeo        = attribute.Key("spanledger.inference_geo")         // as served
	Speed               = attribute.Key("spanledger.speed")                 // as served: standard, fast; of a video its resolution
	CloudRegion         = attribute.Key("cloud.region")
)

// The HTTP call.
const (
	CallDuration        = attribute.Key("spanledger.call.duration") // double, seconds; on log records, which have no duration
	HTTPStatusCode      = attribute.Key("http.response.status_code")
	VendorRequestID     = attribute.Key("spanledger.vendor.request_id")
	RequestAttempt      = attribute.Key("spanledger.request.attempt")   // int, 0 = first
	GatewayCacheHit     = attribute.Key("spanledger.gateway.cache_hit") // bool: a gateway answered from its cache, without a call to a vendor
	StreamAborted       = attribute.Key("spanledger.stream.aborted")    // bool: closed or cancelled before its end
	ContentTruncated    = attribute.Key("spanledger.content.truncated") // bool: the recorded content is incomplete
	DecodeError         = attribute.Key("spanledger.decode.error")      // why the answer could not be decoded; never its content
	RateLimitRemaining  = attribute.Key("spanledger.ratelimit.remaining_requests")
	RateLimitTokensLeft = attribute.Key("spanledger.ratelimit.remaining_tokens")
	RateLimitReset      = attribute.Key("spanledger.ratelimit.reset") // seconds
)

// The beginning of a prompt that repeats from call to call, and can be cached.
const (
	PromptPrefixHash   = attribute.Key("spanledger.prompt.prefix_hash")   // 16 hexadecimal digits, none of the content
	PromptPrefixTokens = attribute.Key("spanledger.prompt.prefix_tokens") // int: input tokens, in proportion to its share of the request's bytes
	// PromptParts is three hashes of 8 hexadecimal digits, of the tools, the
	// instructions and the first message, with dots between; a part that the prompt
	// does not have is empty.
	PromptParts = attribute.Key("spanledger.prompt.parts")
	// PromptShares is the number of bytes of each part of the input, without its content:
	// "system:812 tools/search:310 tools/mcp/github:5210 history:9001 retrieved:120
	// last:410". Empty parts are left out.
	PromptShares = attribute.Key("spanledger.prompt.shares")
)

// EvaluationScope says what an evaluation is about, if it is more than the span of its
// event: one of the values below.
const (
	EvaluationScope   = attribute.Key("spanledger.evaluation.scope")
	ScopeTrace        = "trace"
	ScopeConversation = "conversation"
)

// Outcomes: the result of a run. An outcome belongs to the calls with a tag, if it names
// one; otherwise to the trace of its event; without a trace, to the conversation
// (gen_ai.conversation.id).
const (
	OutcomeName     = attribute.Key("spanledger.outcome.name")
	OutcomeAccepted = attribute.Key("spanledger.outcome.accepted") // bool, default true
	OutcomeValue    = attribute.Key("spanledger.outcome.value")    // double, in a unit of the sender's choice
	OutcomeID       = attribute.Key("spanledger.outcome.id")       // distinguishes outcomes of one name and subject
	OutcomeTagKey   = attribute.Key("spanledger.outcome.tag.key")  // the tag, without TagPrefix
	OutcomeTagValue = attribute.Key("spanledger.outcome.tag.value")
)

// EventOutcome is the name of log records and span events with an outcome.
const EventOutcome = "spanledger.outcome"

// CallInside is set by the transport on the span around its own. That span may describe
// the same call, if a vendor's SDK or a framework made it: it is not billed, even if the
// span of the transport has not arrived yet.
const CallInside = attribute.Key("spanledger.call.inside") // bool, only ever true

// Written by the collector.
const (
	Billable           = attribute.Key("spanledger.billable") // bool: the call is billed through this span
	Dialect            = attribute.Key("spanledger.dialect")  // the dialect of the original telemetry
	CostAmount         = attribute.Key("spanledger.cost.amount")
	CostCurrency       = attribute.Key("spanledger.cost.currency")
	CostStatus         = attribute.Key("spanledger.cost.status") // priced, free, unpriced, invalid
	CostReason         = attribute.Key("spanledger.cost.reason") // machine-readable, for unpriced and invalid
	CostDetail         = attribute.Key("spanledger.cost.detail") // the id, kind or tier that the reason is about
	CostCatalogVersion = attribute.Key("spanledger.cost.catalog_version")
	CostLineItems      = attribute.Key("spanledger.cost.line_items") // JSON array
	CostFlags          = attribute.Key("spanledger.cost.flags")      // string[]: assumptions
	CostVendorAmount   = attribute.Key("spanledger.cost.vendor_amount")

	// BatchID is the vendor's name of the batch, or of the file with the result.
	BatchID = attribute.Key("spanledger.batch.id")

	// Claim says how close to the vendor a span observed the call. It decides which
	// span is billed if several describe one call. It is absent on spans that are never
	// billed.
	Claim = attribute.Key("spanledger.claim")
)

// Values of Claim, in order of precedence.
const (
	ClaimTransport = "transport" // the transport of otelgenai, which read the vendor's answer
	ClaimClient    = "client"    // instrumentation of a vendor's SDK
	ClaimFramework = "framework" // an agent framework
	ClaimLog       = "log"       // a log record of a coding agent
	ClaimSummary   = "summary"   // a coding agent, which also sends a log record with more details
	ClaimServer    = "server"    // a gateway, or the vendor
	ClaimBatch     = "batch"     // the transport of otelgenai, which downloaded a result of a batch, or a response made in the background
	ClaimAggregate = "aggregate" // an agent, with the total of its calls: billed only if no span below it is
)
