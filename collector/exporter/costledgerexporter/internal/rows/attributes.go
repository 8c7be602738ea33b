package rows

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// attribute says where an attribute goes: at most one of these is set.
type attribute struct {
	word    func(*ledger.Call) *string // a text of few values, which recent spares
	recent  recent
	text    func(*ledger.Call) *string
	counted bool
	count   usage.Attribute
	tag     string // key of the tag
	other   func(d *draft, key string, v pcommon.Value)
}

// attributeOf returns what a key means. Each finder has attributes of its own: they
// remember words.
func attributeOf(key string) *attribute {
	a := attributionOf(key)
	if word, known := words[key]; known {
		a.word = word
	}
	a.text, a.other = ids[key], others[key]
	a.count, a.counted = usage.ByKey(key)
	a.counted = a.counted && a.count.Field < usage.NumBilled
	return a
}

// attributionOf returns what a key means that may be on a resource as well as on a
// span.
func attributionOf(key string) *attribute {
	a := &attribute{word: attributions[key]}
	if tag, ok := strings.CutPrefix(key, semconv.TagPrefix); ok {
		a.tag = ledger.LimitText(valid(tag), ledger.MaxTagKeyBytes)
	}
	return a
}

var attributions = map[string]func(*ledger.Call) *string{
	string(semconv.UserID):      func(c *ledger.Call) *string { return &c.User },
	string(semconv.Department):  func(c *ledger.Call) *string { return &c.Department },
	string(semconv.Application): func(c *ledger.Call) *string { return &c.Application },
	string(semconv.Team):        func(c *ledger.Call) *string { return &c.Team },
	string(semconv.CostCenter):  func(c *ledger.Call) *string { return &c.CostCenter },
	string(semconv.Purpose):     func(c *ledger.Call) *string { return &c.Purpose },
}

var words = map[string]func(*ledger.Call) *string{
	string(semconv.OperationName):          func(c *ledger.Call) *string { return &c.Operation },
	string(semconv.ProviderName):           func(c *ledger.Call) *string { return &c.Provider },
	string(semconv.ServerAddress):          func(c *ledger.Call) *string { return &c.ServerAddress },
	string(semconv.RequestModel):           func(c *ledger.Call) *string { return &c.RequestModel },
	string(semconv.ResponseModel):          func(c *ledger.Call) *string { return &c.ResponseModel },
	string(semconv.ResponseServiceTier):    func(c *ledger.Call) *string { return &c.ServiceTier },
	string(semconv.RequestServiceTier):     func(c *ledger.Call) *string { return &c.Terms.RequestedTier },
	string(semconv.Speed):                  func(c *ledger.Call) *string { return &c.Terms.Speed },
	string(semconv.InferenceGeo):           func(c *ledger.Call) *string { return &c.Terms.InferenceGeo },
	string(semconv.CloudRegion):            func(c *ledger.Call) *string { return &c.Terms.Region },
	string(semconv.UsageSearchContextSize): func(c *ledger.Call) *string { return &c.Terms.SearchContextSize },
	string(semconv.PromptPrefixHash):       func(c *ledger.Call) *string { return &c.PromptPrefix },
	string(semconv.ErrorType):              func(c *ledger.Call) *string { return &c.ErrorType },
	string(semconv.WorkflowName):           func(c *ledger.Call) *string { return &c.Workflow },
	string(semconv.AgentName):              func(c *ledger.Call) *string { return &c.Agent },
	string(semconv.StepName):               func(c *ledger.Call) *string { return &c.Step },
	string(semconv.PromptName):             func(c *ledger.Call) *string { return &c.PromptName },
	string(semconv.PromptVersion):          func(c *ledger.Call) *string { return &c.PromptVersion },
	string(semconv.PromptParts):            func(c *ledger.Call) *string { return &c.PromptParts },
	string(semconv.Claim):                  func(c *ledger.Call) *string { return &c.Claim },
	string(semconv.Dialect):                func(c *ledger.Call) *string { return &c.Dialect },
	string(semconv.UsageSource):            func(c *ledger.Call) *string { return &c.UsageSource },
	string(semconv.CostStatus):             func(c *ledger.Call) *string { return &c.Cost.Status },
	string(semconv.CostCurrency):           func(c *ledger.Call) *string { return &c.Cost.Currency },
	string(semconv.CostReason):             func(c *ledger.Call) *string { return &c.Cost.Reason },
	string(semconv.CostCatalogVersion):     func(c *ledger.Call) *string { return &c.Cost.CatalogVersion },
}

// ids are the texts that differ from call to call.
var ids = map[string]func(*ledger.Call) *string{
	string(semconv.ResponseID):     func(c *ledger.Call) *string { return &c.ResponseID },
	string(semconv.ConversationID): func(c *ledger.Call) *string { return &c.ConversationID },
}

var others = map[string]func(*draft, string, pcommon.Value){
	string(semconv.SpanRole): func(d *draft, _ string, v pcommon.Value) {
		d.call.Role, d.roleSaid = clean(v.Str()), true
	},
	string(semconv.OpenAIResponseServiceTier): func(d *draft, _ string, v pcommon.Value) {
		if d.call.ServiceTier == "" {
			text(&d.call.ServiceTier, v)
		}
	},
	string(semconv.OpenAIRequestServiceTier): func(d *draft, _ string, v pcommon.Value) {
		if d.call.Terms.RequestedTier == "" {
			text(&d.call.Terms.RequestedTier, v)
		}
	},
	string(semconv.PromptPrefixTokens): func(d *draft, _ string, v pcommon.Value) {
		d.call.PromptPrefixTokens = max(0, v.Int()) // no part of the bill: what is no count is none
	},
	string(semconv.CostLineItems):            func(d *draft, _ string, v pcommon.Value) { d.document(&d.call.Cost.LineItems, v) },
	string(semconv.RequestStream):            func(d *draft, _ string, v pcommon.Value) { d.call.Streamed = v.Bool() },
	string(semconv.Billable):                 func(d *draft, _ string, v pcommon.Value) { d.call.Billable = v.Bool() },
	string(semconv.ResponseFinishReasons):    func(d *draft, _ string, v pcommon.Value) { d.call.FinishReasons = d.reasons.take(v) },
	string(semconv.CostFlags):                func(d *draft, _ string, v pcommon.Value) { d.call.Cost.Flags = texts(v) },
	string(semconv.ResponseTimeToFirstChunk): func(d *draft, _ string, v pcommon.Value) { d.call.TimeToFirstChunk = seconds(v) },
	string(semconv.StreamAborted):            func(d *draft, _ string, v pcommon.Value) { d.call.Aborted = v.Bool() },
	string(semconv.HTTPStatusCode):           func(d *draft, _ string, v pcommon.Value) { d.call.StatusCode = small(v) },
	string(semconv.RequestAttempt):           func(d *draft, _ string, v pcommon.Value) { d.call.Attempt = small(v) },
	string(semconv.StepNumber):               func(d *draft, _ string, v pcommon.Value) { d.stepNumber = small(v) },
	string(semconv.ToolName):                 func(d *draft, _ string, v pcommon.Value) { text(&d.tool, v) },
	string(semconv.CostAmount):               func(d *draft, key string, v pcommon.Value) { d.call.Cost.Amount = d.amount(key, v) },
	string(semconv.CostVendorAmount):         func(d *draft, key string, v pcommon.Value) { d.call.Cost.Vendor = d.amount(key, v) },
}
