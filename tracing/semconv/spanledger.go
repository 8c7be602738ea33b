package semconv

import "go.opentelemetry.io/otel/attribute"

// Attribution: who a call is for. UserID is upstream's; GenAI conventions have
// no key for the others.
const (
	UserID      = attribute.Key("user.id")
	Department  = attribute.Key("spanledger.department")
	Application = attribute.Key("spanledger.application") // service.name where absent
	Team        = attribute.Key("spanledger.team")
	CostCenter  = attribute.Key("spanledger.cost_center")
	// Purpose says why a call was made: one of the values below. A call that names
	// none is taken to be production.
	Purpose = attribute.Key("spanledger.purpose")
	// TagPrefix plus a key that the user chooses: free dimensions.
	TagPrefix = "spanledger.tag."
	// Unattributed is the value that reports and metrics show in place of an attribution
	// no one gave.
	Unattributed = "(unattributed)"
)

// Values of Purpose.
const (
	PurposeProduction = "production"
	PurposeEvaluation = "evaluation" // of the system under evaluation
	PurposeJudge      = "judge"      // of a model that judges an output
	PurposeTest       = "test"
)

// Budgets: what a call's own budget says of it, by the client-side guard.
const (
	BudgetName  = attribute.Key("spanledger.budget.name")
	BudgetState = attribute.Key("spanledger.budget.state") // warning, exceeded
)

// Caps: the limit of a run or conversation that refused a call, by the client-side
// guard.
const (
	CapName  = attribute.Key("spanledger.cap.name")
	CapPer   = attribute.Key("spanledger.cap.per")   // run, conversation
	CapLimit = attribute.Key("spanledger.cap.limit") // amount, calls, depth, calls_per_minute
)

// AgentDepth is how many agents are around, one in the other. A member of W3C
// baggage between services; not on spans, whose tree shows it.
const AgentDepth = attribute.Key("spanledger.agent.depth")

// Agent steps: the conventions stop at the agent; a step is one turn inside it.
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

// Links between spans: the conventions do not say why one span links to another.
const (
	LinkType    = attribute.Key("spanledger.link.type")
	LinkHandOff = "hand_off" // the linked agent handed the conversation over
)

// Usage the conventions cannot express, and what is known about it. The
// cache-write TTL keys are subsets of gen_ai.usage.cache_write.input_tokens.
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
	UsageVideoSeconds             = attribute.Key("spanledger.usage.video.seconds")       // that a model makes
	UsageCharacters               = attribute.Key("spanledger.usage.characters")          // that a model speaks
	UsageNanoCredits              = attribute.Key("spanledger.usage.nano_credits")        // billionths of GitHub's AI credits
	UsageUnexplained              = attribute.Key("spanledger.usage.unexplained_tokens")  // of the emitter's total, in no count
	UsageSearchContextSize        = attribute.Key("spanledger.usage.search_context_size") // low, medium, high
)

// Values of UsageSource.
const (
	UsageReported  = "reported"
	UsageEstimated = "estimated"
	UsageMissing   = "missing"
	UsageNone      = "none" // the call failed before it used anything
)

// What moves the price of a call and has no key of its own upstream outside
// OpenAI (openai.request.service_tier, openai.response.service_tier).
const (
	RequestServiceTier  = attribute.Key("spanledger.request.service_tier")
	ResponseServiceTier = attribute.Key("spanledger.response.service_tier") // as served: standard, batch, flex, priority, ...
	InferenceGeo        = attribute.Key("spanledger.inference_geo")         // as served
	Speed               = attribute.Key("spanledger.speed")                 // as served: standard, fast; of a video its resolution
	CloudRegion         = attribute.Key("cloud.region")
)

// The round trip itself.
const (
	CallDuration        = attribute.Key("spanledger.call.duration") // double, seconds; on log records, which have no duration of their own
	HTTPStatusCode      = attribute.Key("http.response.status_code")
	VendorRequestID     = attribute.Key("spanledger.vendor.request_id")
	RequestAttempt      = attribute.Key("spanledger.request.attempt")   // int, 0 = first
	GatewayCacheHit     = attribute.Key("spanledger.gateway.cache_hit") // bool: a gateway answered out of its cache, and called no vendor
	StreamAborted       = attribute.Key("spanledger.stream.aborted")    // bool: closed or cancelled before its end
	ContentTruncated    = attribute.Key("spanledger.content.truncated") // bool: some of what was said is not recorded
	DecodeError         = attribute.Key("spanledger.decode.error")      // why the vendor's body could not be read; never its content
	RateLimitRemaining  = attribute.Key("spanledger.ratelimit.remaining_requests")
	RateLimitTokensLeft = attribute.Key("spanledger.ratelimit.remaining_tokens")
	RateLimitReset      = attribute.Key("spanledger.ratelimit.reset") // seconds
)

// The stable part of a prompt, which a vendor's prompt cache could hold.
const (
	PromptPrefixHash   = attribute.Key("spanledger.prompt.prefix_hash")   // 16 hexadecimal digits, none of the content
	PromptPrefixTokens = attribute.Key("spanledger.prompt.prefix_tokens") // int: its share of the request's bytes, of the input tokens
	// PromptParts is three hashes of 8 hexadecimal digits, of the tools, the
	// instructions and the first message, with dots between; a part that the prompt
	// does not have is empty.
	PromptParts = attribute.Key("spanledger.prompt.parts")
	// PromptShares is how many bytes the parts of the input are, and nothing of their
	// content: "system:812 tools/search:310 tools/mcp/github:5210 history:9001
	// retrieved:120 last:410", without the parts that have none.
	PromptShares = attribute.Key("spanledger.prompt.shares")
)

// EvaluationScope says what an evaluation is about where that is more than the span
// of its event: one of the values below.
const (
	EvaluationScope   = attribute.Key("spanledger.evaluation.scope")
	ScopeTrace        = "trace"
	ScopeConversation = "conversation"
)

// Outcomes: what a run was for and whether it was reached. An outcome is about the
// trace of its event; outside of any, about the conversation that its event names
// (gen_ai.conversation.id); in any case about a tag that it names.
const (
	OutcomeName     = attribute.Key("spanledger.outcome.name")
	OutcomeAccepted = attribute.Key("spanledger.outcome.accepted") // bool, true where absent
	OutcomeValue    = attribute.Key("spanledger.outcome.value")    // double, in a unit of the sender's choice
	OutcomeID       = attribute.Key("spanledger.outcome.id")       // tells outcomes of one name and subject apart
	OutcomeTagKey   = attribute.Key("spanledger.outcome.tag.key")  // the tag, without TagPrefix, whose calls it is about
	OutcomeTagValue = attribute.Key("spanledger.outcome.tag.value")
)

// EventOutcome names the log record, or event of a span, that carries an outcome.
const EventOutcome = "spanledger.outcome"

// CallInside is set by our own round tripper on the span around it, which may
// be a vendor SDK's or a framework's own account of the same call: the bill is
// on the span below, and the outer one counts nothing even before the two are
// seen together.
const CallInside = attribute.Key("spanledger.call.inside") // bool, only ever true

// Written by the collector.
const (
	Billable           = attribute.Key("spanledger.billable") // bool: the one span that carries this call's bill
	Dialect            = attribute.Key("spanledger.dialect")  // whose telemetry it was before normalisation
	CostAmount         = attribute.Key("spanledger.cost.amount")
	CostCurrency       = attribute.Key("spanledger.cost.currency")
	CostStatus         = attribute.Key("spanledger.cost.status") // priced, free, unpriced, invalid
	CostReason         = attribute.Key("spanledger.cost.reason") // machine-readable, for unpriced and invalid
	CostDetail         = attribute.Key("spanledger.cost.detail") // the id, bucket or mode the reason is about
	CostCatalogVersion = attribute.Key("spanledger.cost.catalog_version")
	CostLineItems      = attribute.Key("spanledger.cost.line_items") // JSON array
	CostFlags          = attribute.Key("spanledger.cost.flags")      // string[]: stated fallbacks applied
	CostVendorAmount   = attribute.Key("spanledger.cost.vendor_amount")

	// BatchID is the vendor's name of the batch, or of the file, that holds the
	// result a span means.
	BatchID = attribute.Key("spanledger.batch.id")

	// Claim says how close to the vendor a span saw the call, which settles
	// who is billed when several spans describe one call. Absent on spans that
	// can never carry a bill.
	Claim = attribute.Key("spanledger.claim")
)

// Values of Claim, the best witness first.
const (
	ClaimTransport = "transport" // our own round tripper: saw the vendor's answer on the wire
	ClaimClient    = "client"    // instrumentation of a vendor's SDK
	ClaimFramework = "framework" // an agent framework's own LLM span
	ClaimLog       = "log"       // a log record of a command line agent
	ClaimSummary   = "summary"   // a command line agent's span of a call that its log record describes in full
	ClaimServer    = "server"    // a gateway's or the vendor's own side of the call
	ClaimBatch     = "batch"     // our own round tripper: downloaded a result, or a response made in the background, that has its answer's id, wherever and however often
	ClaimAggregate = "aggregate" // an agent's total: billed only when nothing below it is
)
