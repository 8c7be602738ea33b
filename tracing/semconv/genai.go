package semconv

import "go.opentelemetry.io/otel/attribute"

// Operation, provider and error.
const (
	OperationName    = attribute.Key("gen_ai.operation.name") // string, required on every GenAI span
	ProviderName     = attribute.Key("gen_ai.provider.name")  // string, the telemetry flavour as the client sees it
	ErrorType        = attribute.Key("error.type")            // string, low cardinality
	ExceptionType    = attribute.Key("exception.type")        // string, on the event of a failed call
	ExceptionMessage = attribute.Key("exception.message")     // string, idem; never the text of an error
	ServerAddress    = attribute.Key("server.address")        // string
	ServerPort       = attribute.Key("server.port")           // int
)

// Request attributes.
const (
	RequestModel              = attribute.Key("gen_ai.request.model")
	RequestStream             = attribute.Key("gen_ai.request.stream")            // bool, only set when streaming
	RequestChoiceCount        = attribute.Key("gen_ai.request.choice.count")      // int, only when not 1
	RequestSeed               = attribute.Key("gen_ai.request.seed")              // int
	RequestMaxTokens          = attribute.Key("gen_ai.request.max_tokens")        // int
	RequestTemperature        = attribute.Key("gen_ai.request.temperature")       // double
	RequestTopP               = attribute.Key("gen_ai.request.top_p")             // double
	RequestTopK               = attribute.Key("gen_ai.request.top_k")             // int (double up to v1.41)
	RequestFrequencyPenalty   = attribute.Key("gen_ai.request.frequency_penalty") // double
	RequestPresencePenalty    = attribute.Key("gen_ai.request.presence_penalty")  // double
	RequestStopSequences      = attribute.Key("gen_ai.request.stop_sequences")    // string[]
	RequestEncodingFormats    = attribute.Key("gen_ai.request.encoding_formats")  // string[]
	RequestReasoningLevel     = attribute.Key("gen_ai.request.reasoning.level")   // string, as sent
	RequestPreviousResponseID = attribute.Key("gen_ai.request.previous_response.id")
	OutputType                = attribute.Key("gen_ai.output.type") // text, json, image, speech
	EmbeddingsDimensionCount  = attribute.Key("gen_ai.embeddings.dimension.count")
)

// Response attributes.
const (
	ResponseID               = attribute.Key("gen_ai.response.id")
	ResponseModel            = attribute.Key("gen_ai.response.model")
	ResponseFinishReasons    = attribute.Key("gen_ai.response.finish_reasons")      // string[], one per choice
	ResponseTimeToFirstChunk = attribute.Key("gen_ai.response.time_to_first_chunk") // double, seconds
	ResponseStatus           = attribute.Key("gen_ai.response.status")
)

// FinishRefusal is the finish reason of an answer that the model refuses.
const FinishRefusal = "refusal"

// Usage. InputTokens is the total including cache reads and writes;
// OutputTokens includes reasoning. All others are subsets of those two.
const (
	UsageInputTokens           = attribute.Key("gen_ai.usage.input_tokens")
	UsageOutputTokens          = attribute.Key("gen_ai.usage.output_tokens")
	UsageCacheReadInputTokens  = attribute.Key("gen_ai.usage.cache_read.input_tokens")
	UsageCacheWriteInputTokens = attribute.Key("gen_ai.usage.cache_write.input_tokens")
	UsageReasoningOutputTokens = attribute.Key("gen_ai.usage.reasoning.output_tokens")

	UsageTextInputTokens           = attribute.Key("gen_ai.usage.text.input_tokens")
	UsageImageInputTokens          = attribute.Key("gen_ai.usage.image.input_tokens")
	UsageAudioInputTokens          = attribute.Key("gen_ai.usage.audio.input_tokens")
	UsageTextCacheReadInputTokens  = attribute.Key("gen_ai.usage.text.cache_read.input_tokens")
	UsageImageCacheReadInputTokens = attribute.Key("gen_ai.usage.image.cache_read.input_tokens")
	UsageAudioCacheReadInputTokens = attribute.Key("gen_ai.usage.audio.cache_read.input_tokens")
	UsageTextOutputTokens          = attribute.Key("gen_ai.usage.text.output_tokens")
	UsageImageOutputTokens         = attribute.Key("gen_ai.usage.image.output_tokens")
	UsageAudioOutputTokens         = attribute.Key("gen_ai.usage.audio.output_tokens")

	// UsageCacheCreationInputTokens is the v1.40 and v1.41 spelling of
	// UsageCacheWriteInputTokens; read, never written.
	UsageCacheCreationInputTokens = attribute.Key("gen_ai.usage.cache_creation.input_tokens")

	TokenModality = attribute.Key("gen_ai.token.modality") // metrics: text, image, audio, unknown
	TokenType     = attribute.Key("gen_ai.token.type")     // v1.41 metrics: input, output
)

// Agents, workflows, tools, conversations.
const (
	ConversationID        = attribute.Key("gen_ai.conversation.id")
	ConversationCompacted = attribute.Key("gen_ai.conversation.compacted") // bool, only ever true
	AgentID               = attribute.Key("gen_ai.agent.id")
	AgentName             = attribute.Key("gen_ai.agent.name")
	AgentDescription      = attribute.Key("gen_ai.agent.description")
	AgentVersion          = attribute.Key("gen_ai.agent.version")
	WorkflowName          = attribute.Key("gen_ai.workflow.name")
	ToolName              = attribute.Key("gen_ai.tool.name")
	ToolType              = attribute.Key("gen_ai.tool.type") // function, extension, datastore
	ToolDescription       = attribute.Key("gen_ai.tool.description")
	ToolCallID            = attribute.Key("gen_ai.tool.call.id")
	ToolCallArguments     = attribute.Key("gen_ai.tool.call.arguments")
	ToolCallResult        = attribute.Key("gen_ai.tool.call.result")
	DataSourceID          = attribute.Key("gen_ai.data_source.id")
	RetrievalTopK         = attribute.Key("gen_ai.retrieval.top_k")
	RetrievalQueryText    = attribute.Key("gen_ai.retrieval.query.text")
	RetrievalDocuments    = attribute.Key("gen_ai.retrieval.documents")
	MemoryStoreID         = attribute.Key("gen_ai.memory.store.id")
	MemoryRecordID        = attribute.Key("gen_ai.memory.record.id")
	MemoryRecordCount     = attribute.Key("gen_ai.memory.record.count")
	MemoryQueryText       = attribute.Key("gen_ai.memory.query.text")
	EvaluationName        = attribute.Key("gen_ai.evaluation.name")
	EvaluationScoreValue  = attribute.Key("gen_ai.evaluation.score.value")
	EvaluationScoreLabel  = attribute.Key("gen_ai.evaluation.score.label")
	EvaluationExplanation = attribute.Key("gen_ai.evaluation.explanation")
	PromptName            = attribute.Key("gen_ai.prompt.name")
	PromptVersion         = attribute.Key("gen_ai.prompt.version")
)

// Content, opt-in everywhere.
const (
	SystemInstructions = attribute.Key("gen_ai.system_instructions")
	InputMessages      = attribute.Key("gen_ai.input.messages")
	OutputMessages     = attribute.Key("gen_ai.output.messages")
	ToolDefinitions    = attribute.Key("gen_ai.tool.definitions")
)

// Vendor refinements.
const (
	OpenAIAPIType                   = attribute.Key("openai.api.type") // chat_completions, responses
	OpenAIRequestServiceTier        = attribute.Key("openai.request.service_tier")
	OpenAIResponseServiceTier       = attribute.Key("openai.response.service_tier")
	OpenAIResponseSystemFingerprint = attribute.Key("openai.response.system_fingerprint")
	BedrockGuardrailID              = attribute.Key("aws.bedrock.guardrail.id")
)

// MCP.
const (
	MCPMethodName      = attribute.Key("mcp.method.name")
	MCPSessionID       = attribute.Key("mcp.session.id")
	MCPProtocolVersion = attribute.Key("mcp.protocol.version")
	MCPResourceURI     = attribute.Key("mcp.resource.uri")
	RPCStatusCode      = attribute.Key("rpc.response.status_code") // string: the JSON-RPC error code
)

// Values of OperationName.
const (
	OperationChat            = "chat"
	OperationGenerateContent = "generate_content"
	OperationTextCompletion  = "text_completion"
	OperationEmbeddings      = "embeddings"
	OperationRetrieval       = "retrieval"
	OperationRerank          = "rerank" // not in the conventions, which have no operation for it
	OperationFetchResponse   = "fetch_response"
	OperationCreateAgent     = "create_agent"
	OperationInvokeAgent     = "invoke_agent"
	OperationInvokeWorkflow  = "invoke_workflow"
	OperationExecuteTool     = "execute_tool"
	OperationPlan            = "plan"

	OperationSearchMemory      = "search_memory"
	OperationCreateMemory      = "create_memory"
	OperationUpdateMemory      = "update_memory"
	OperationUpsertMemory      = "upsert_memory"
	OperationDeleteMemory      = "delete_memory"
	OperationCreateMemoryStore = "create_memory_store"
	OperationDeleteMemoryStore = "delete_memory_store"
)

// EventInferenceDetails names the log record that carries what was said in a call.
const EventInferenceDetails = "gen_ai.client.inference.operation.details"

// EventEvaluationResult names the log record that carries the result of an evaluation.
const EventEvaluationResult = "gen_ai.evaluation.result"

// Values of ProviderName.
const (
	ProviderOpenAI           = "openai"
	ProviderAnthropic        = "anthropic"
	ProviderAzureOpenAI      = "azure.ai.openai"
	ProviderAzureAIInference = "azure.ai.inference"
	ProviderGemini           = "gcp.gemini"
	ProviderVertexAI         = "gcp.vertex_ai"
	ProviderGCPGenAI         = "gcp.gen_ai"
	ProviderBedrock          = "aws.bedrock"
	ProviderCohere           = "cohere"
	ProviderMistral          = "mistral_ai"
	ProviderGroq             = "groq"
	ProviderXAI              = "x_ai"
	ProviderDeepSeek         = "deepseek"
	ProviderPerplexity       = "perplexity"
	ProviderMoonshot         = "moonshot_ai"
	ProviderWatsonx          = "ibm.watsonx.ai"
	ProviderTogether         = "together"
	ProviderFireworks        = "fireworks"
	ProviderOpenRouter       = "openrouter"
	ProviderOllama           = "ollama"
	ProviderVLLM             = "vllm"
	ProviderOther            = "_OTHER" // a host that is not known
)
