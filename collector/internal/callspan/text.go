package callspan

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// Text is a thing that a span says in words.
type Text uint8

// Texts, in groups.
const (
	// Identity: what the span is, and what it was asked of.
	Role Text = iota
	Operation
	Provider
	ServerAddress
	RequestModel
	ResponseModel
	ResponseID
	Conversation
	Claim
	Dialect
	UsageSource
	ErrorType
	PromptPrefix
	PromptParts
	PromptShares
	PromptName
	PromptVersion

	// Attribution: who it is for. A resource may say it for all its spans.
	User
	Department
	Application
	Team
	CostCenter
	Purpose

	// The run that it is part of.
	Workflow
	Agent
	Step
	Tool
	ToolType

	// Terms that its price depends on.
	ServedTier
	RequestedTier
	Speed
	InferenceGeo
	Region
	SearchContextSize

	// What genai_cost said of it. Amounts are in USD.
	CostStatus
	CostReason
	CostDetail
	CostCurrency
	CostCatalogue
	CostLines
	CostAmount
	VendorAmount

	NumTexts = iota

	firstCost, lastCost = CostStatus, CostAmount // those that only genai_cost writes
)

// Of the two keys of a service tier the general one holds, whatever their order.
var texts = map[string]Text{
	string(semconv.SpanRole):         Role,
	string(semconv.OperationName):    Operation,
	string(semconv.ProviderName):     Provider,
	string(semconv.ServerAddress):    ServerAddress,
	string(semconv.RequestModel):     RequestModel,
	string(semconv.ResponseModel):    ResponseModel,
	string(semconv.ResponseID):       ResponseID,
	string(semconv.ConversationID):   Conversation,
	string(semconv.Claim):            Claim,
	string(semconv.Dialect):          Dialect,
	string(semconv.UsageSource):      UsageSource,
	string(semconv.ErrorType):        ErrorType,
	string(semconv.PromptPrefixHash): PromptPrefix,
	string(semconv.PromptParts):      PromptParts,
	string(semconv.PromptShares):     PromptShares,
	string(semconv.PromptName):       PromptName,
	string(semconv.PromptVersion):    PromptVersion,

	string(semconv.UserID):      User,
	string(semconv.Department):  Department,
	string(semconv.Application): Application,
	string(semconv.Team):        Team,
	string(semconv.CostCenter):  CostCenter,
	string(semconv.Purpose):     Purpose,

	string(semconv.WorkflowName): Workflow,
	string(semconv.AgentName):    Agent,
	string(semconv.StepName):     Step,
	string(semconv.ToolName):     Tool,
	string(semconv.ToolType):     ToolType,

	string(semconv.ResponseServiceTier):       ServedTier,
	string(semconv.OpenAIResponseServiceTier): ServedTier,
	string(semconv.RequestServiceTier):        RequestedTier,
	string(semconv.OpenAIRequestServiceTier):  RequestedTier,
	string(semconv.Speed):                     Speed,
	string(semconv.InferenceGeo):              InferenceGeo,
	string(semconv.CloudRegion):               Region,
	string(semconv.UsageSearchContextSize):    SearchContextSize,

	string(semconv.CostStatus):         CostStatus,
	string(semconv.CostReason):         CostReason,
	string(semconv.CostDetail):         CostDetail,
	string(semconv.CostCurrency):       CostCurrency,
	string(semconv.CostCatalogVersion): CostCatalogue,
	string(semconv.CostLineItems):      CostLines,
	string(semconv.CostAmount):         CostAmount,
	string(semconv.CostVendorAmount):   VendorAmount,
}

// yields tells the keys that give way to another key of the same text.
func yields(key string) bool {
	return key == string(semconv.OpenAIResponseServiceTier) || key == string(semconv.OpenAIRequestServiceTier)
}

// IsAttribution tells the texts that a resource may say for all its spans.
func (t Text) IsAttribution() bool { return User <= t && t <= Purpose }

// IsCost tells the attributes that only genai_cost writes.
func IsCost(key string) bool {
	t, ok := texts[key]
	return ok && firstCost <= t && t <= lastCost || key == string(semconv.CostFlags)
}

// textOf is a text as the span has it. A scalar of another kind is written out,
// so that a user id sent as a number still names its user.
func textOf(v pcommon.Value) string {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return v.Str()
	case pcommon.ValueTypeInt, pcommon.ValueTypeBool, pcommon.ValueTypeDouble:
		return v.AsString()
	}
	return ""
}
