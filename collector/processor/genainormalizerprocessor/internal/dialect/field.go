package dialect

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Field is one thing a span can say of an LLM call.
type Field uint8

// Fields that are written under a key of the conventions.
const (
	None Field = iota
	Operation
	Provider
	RequestModel
	ResponseModel
	ResponseID
	ResponseStatus
	FinishReasons
	Stream
	TimeToFirstChunk
	RequestServiceTier
	ResponseServiceTier
	SystemFingerprint
	InferenceGeo
	Speed
	MaxTokens
	Temperature
	TopP
	TopK
	FrequencyPenalty
	PresencePenalty
	Seed
	ChoiceCount
	StopSequences
	ReasoningLevel
	PreviousResponseID
	OutputType
	EncodingFormats
	EmbeddingsDimension

	Input
	Output
	CacheRead
	CacheWrite
	CacheWrite5m
	CacheWrite1h
	Reasoning
	TextInput
	AudioInput
	ImageInput
	AudioCacheRead
	TextOutput
	AudioOutput
	ImageOutput
	WebSearches
	SearchUnits
	UsedCredits // GitHub's AI credits, in billionths
	UsageSource
	Unexplained // tokens of the emitter's total that no count has
	VendorAmount

	ConversationID
	AgentName
	AgentID
	WorkflowName
	StepName
	StepNumber
	ToolName
	ToolType
	ToolCallID
	ToolDescription
	ToolDefinitions
	ToolArguments
	ToolResult
	DataSourceID
	RetrievalTopK
	PromptName
	PromptVersion

	UserID
	Department
	Application
	Team
	CostCenter
	Purpose

	ErrorType
	HTTPStatus
	VendorRequestID
	ServerAddress

	Role
	Claim

	// Fields below are read for what they tell about the others and written
	// nowhere.

	RoleHint         // the dialect's own word for what kind of span this is
	Total            // tokens, as the emitter summed them
	UncachedInput    // input tokens no cache served
	Credits          // of GitHub Copilot, a cent each
	NanoCredits      // the same, in billionths
	Cents            // the vendor's own amount, in US cents
	Chargeable       // false of a call that the seller does not bill
	Replayed         // the entry of a gateway's cache that answered, in place of a vendor
	PartialInput     // tokens at the beginning of a stream, whose rest the agent's span has
	ToolInput        // input tokens of tool results, counted next to the prompt
	EntityName       // name of any RoleHint says the span is
	FirstChunkMillis // milliseconds until the first chunk
	CompletionStart  // RFC 3339 instant of the first chunk
	Ignored          // recognised, and deliberately not used

	numFields
)

// Kind is how the value of a field is read and written.
type Kind uint8

// Kinds.
const (
	Text   Kind = iota
	Count       // int64, zero or more; anything else is malformed
	Number      // float64
	Flag        // bool
	List        // []string
	Money       // decimal string, US dollars
)

var fields = [numFields]struct {
	key  attribute.Key
	kind Kind
}{
	Operation:           {semconv.OperationName, Text},
	Provider:            {semconv.ProviderName, Text},
	RequestModel:        {semconv.RequestModel, Text},
	ResponseModel:       {semconv.ResponseModel, Text},
	ResponseID:          {semconv.ResponseID, Text},
	ResponseStatus:      {semconv.ResponseStatus, Text},
	FinishReasons:       {semconv.ResponseFinishReasons, List},
	Stream:              {semconv.RequestStream, Flag},
	TimeToFirstChunk:    {semconv.ResponseTimeToFirstChunk, Number},
	RequestServiceTier:  {semconv.OpenAIRequestServiceTier, Text},
	ResponseServiceTier: {semconv.OpenAIResponseServiceTier, Text},
	SystemFingerprint:   {semconv.OpenAIResponseSystemFingerprint, Text},
	InferenceGeo:        {semconv.InferenceGeo, Text},
	Speed:               {semconv.Speed, Text},
	MaxTokens:           {semconv.RequestMaxTokens, Count},
	Temperature:         {semconv.RequestTemperature, Number},
	TopP:                {semconv.RequestTopP, Number},
	TopK:                {semconv.RequestTopK, Count},
	FrequencyPenalty:    {semconv.RequestFrequencyPenalty, Number},
	PresencePenalty:     {semconv.RequestPresencePenalty, Number},
	Seed:                {semconv.RequestSeed, Count},
	ChoiceCount:         {semconv.RequestChoiceCount, Count},
	StopSequences:       {semconv.RequestStopSequences, List},
	ReasoningLevel:      {semconv.RequestReasoningLevel, Text},
	PreviousResponseID:  {semconv.RequestPreviousResponseID, Text},
	OutputType:          {semconv.OutputType, Text},
	EncodingFormats:     {semconv.RequestEncodingFormats, List},
	EmbeddingsDimension: {semconv.EmbeddingsDimensionCount, Count},

	Input:          {semconv.UsageInputTokens, Count},
	Output:         {semconv.UsageOutputTokens, Count},
	CacheRead:      {semconv.UsageCacheReadInputTokens, Count},
	CacheWrite:     {semconv.UsageCacheWriteInputTokens, Count},
	CacheWrite5m:   {semconv.UsageCacheWrite5mTokens, Count},
	CacheWrite1h:   {semconv.UsageCacheWrite1hTokens, Count},
	Reasoning:      {semconv.UsageReasoningOutputTokens, Count},
	TextInput:      {semconv.UsageTextInputTokens, Count},
	AudioInput:     {semconv.UsageAudioInputTokens, Count},
	ImageInput:     {semconv.UsageImageInputTokens, Count},
	AudioCacheRead: {semconv.UsageAudioCacheReadInputTokens, Count},
	TextOutput:     {semconv.UsageTextOutputTokens, Count},
	AudioOutput:    {semconv.UsageAudioOutputTokens, Count},
	ImageOutput:    {semconv.UsageImageOutputTokens, Count},
	WebSearches:    {semconv.UsageWebSearchRequests, Count},
	SearchUnits:    {semconv.UsageSearchUnits, Count},
	UsedCredits:    {semconv.UsageNanoCredits, Count},
	UsageSource:    {semconv.UsageSource, Text},
	Unexplained:    {semconv.UsageUnexplained, Count},
	VendorAmount:   {semconv.CostVendorAmount, Money},

	ConversationID:  {semconv.ConversationID, Text},
	AgentName:       {semconv.AgentName, Text},
	AgentID:         {semconv.AgentID, Text},
	WorkflowName:    {semconv.WorkflowName, Text},
	StepName:        {semconv.StepName, Text},
	StepNumber:      {semconv.StepNumber, Count},
	ToolName:        {semconv.ToolName, Text},
	ToolType:        {semconv.ToolType, Text},
	ToolCallID:      {semconv.ToolCallID, Text},
	ToolDescription: {semconv.ToolDescription, Text},
	ToolDefinitions: {semconv.ToolDefinitions, Text},
	ToolArguments:   {semconv.ToolCallArguments, Text},
	ToolResult:      {semconv.ToolCallResult, Text},
	DataSourceID:    {semconv.DataSourceID, Text},
	RetrievalTopK:   {semconv.RetrievalTopK, Count},
	PromptName:      {semconv.PromptName, Text},
	PromptVersion:   {semconv.PromptVersion, Text},

	UserID:      {semconv.UserID, Text},
	Department:  {semconv.Department, Text},
	Application: {semconv.Application, Text},
	Team:        {semconv.Team, Text},
	CostCenter:  {semconv.CostCenter, Text},
	Purpose:     {semconv.Purpose, Text},

	ErrorType:       {semconv.ErrorType, Text},
	HTTPStatus:      {semconv.HTTPStatusCode, Count},
	VendorRequestID: {semconv.VendorRequestID, Text},
	ServerAddress:   {semconv.ServerAddress, Text},

	Role:  {semconv.SpanRole, Text},
	Claim: {semconv.Claim, Text},

	RoleHint:         {"", Text},
	Total:            {"", Count},
	UncachedInput:    {"", Count},
	ToolInput:        {"", Count},
	Credits:          {"", Money},
	NanoCredits:      {"", Money},
	Cents:            {"", Money},
	Chargeable:       {"", Flag},
	Replayed:         {"", Text},
	PartialInput:     {"", Count},
	EntityName:       {"", Text},
	FirstChunkMillis: {"", Number},
	CompletionStart:  {"", Text},
	Ignored:          {"", Text},
}

// Key is the attribute a field is written under, empty for a field that is
// only read.
func (f Field) Key() string { return string(fields[f].key) }

// usage reports whether a field counts what a vendor bills.
func (f Field) usage() bool { return f >= Input && f <= UsedCredits }
