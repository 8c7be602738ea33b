package genaicostprocessor

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// attribute says what to do with an attribute; the zero value is of no concern
// to pricing.
type attribute struct {
	text    func(*pricing.Call) *string
	counted bool
	count   usage.Attribute
	take    func(r *reading, value pcommon.Value)
}

// attributeOf returns what a key means.
func attributeOf(key string) attribute {
	count, counted := usage.ByKey(key)
	return attribute{text: texts[key], counted: counted, count: count, take: others[key]}
}

var texts = map[string]func(*pricing.Call) *string{
	string(semconv.ProviderName):              func(c *pricing.Call) *string { return &c.Provider },
	string(semconv.RequestModel):              func(c *pricing.Call) *string { return &c.RequestModel },
	string(semconv.ResponseModel):             func(c *pricing.Call) *string { return &c.ResponseModel },
	string(semconv.ServerAddress):             func(c *pricing.Call) *string { return &c.ServerAddress },
	string(semconv.CloudRegion):               func(c *pricing.Call) *string { return &c.Region },
	string(semconv.InferenceGeo):              func(c *pricing.Call) *string { return &c.InferenceGeo },
	string(semconv.Speed):                     func(c *pricing.Call) *string { return &c.Speed },
	string(semconv.UsageSearchContextSize):    func(c *pricing.Call) *string { return &c.SearchContextSize },
	string(semconv.ResponseServiceTier):       func(c *pricing.Call) *string { return &c.ServedTier },
	string(semconv.OpenAIResponseServiceTier): func(c *pricing.Call) *string { return &c.ServedTier },
	string(semconv.RequestServiceTier):        func(c *pricing.Call) *string { return &c.RequestedTier },
	string(semconv.OpenAIRequestServiceTier):  func(c *pricing.Call) *string { return &c.RequestedTier },
}

var others = map[string]func(*reading, pcommon.Value){
	string(semconv.Billable): func(r *reading, v pcommon.Value) {
		r.decided = true
		r.yes = r.yes || v.Bool()
	},
	string(semconv.Claim):         func(r *reading, v pcommon.Value) { r.yes = r.yes || v.Str() != "" },
	string(semconv.OperationName): func(r *reading, v pcommon.Value) { r.operation = isModelOperation(v.Str()) },
	string(semconv.UsageSource): func(r *reading, v pcommon.Value) {
		r.call.NoUsage = v.Str() == semconv.UsageMissing
		r.call.Failed = r.call.Failed || v.Str() == semconv.UsageNone
	},
	string(semconv.HTTPStatusCode): func(r *reading, v pcommon.Value) { r.call.Failed = r.call.Failed || v.Int() >= 400 },
	string(semconv.ErrorType): func(r *reading, v pcommon.Value) {
		code, err := strconv.Atoi(v.Str())
		r.call.Failed = r.call.Failed || err == nil && code >= 400 && code < 600
	},
	string(semconv.CostVendorAmount):      (*reading).readVendor,
	string(semconv.ResponseFinishReasons): (*reading).readFinish,
	string(semconv.UsageUnexplained):      func(r *reading, v pcommon.Value) { r.call.TotalUnexplained = v.Int() > 0 },

	string(semconv.CostAmount):    func(r *reading, _ pcommon.Value) { r.has |= partAmount },
	string(semconv.CostCurrency):  func(r *reading, _ pcommon.Value) { r.has |= partAmount },
	string(semconv.CostReason):    func(r *reading, _ pcommon.Value) { r.has |= partReason },
	string(semconv.CostDetail):    func(r *reading, _ pcommon.Value) { r.has |= partDetail },
	string(semconv.CostLineItems): func(r *reading, _ pcommon.Value) { r.has |= partLineItems },
	string(semconv.CostFlags):     func(r *reading, _ pcommon.Value) { r.has |= partFlags },
}
