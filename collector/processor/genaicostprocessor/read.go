package genaicostprocessor

import (
	"strconv"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// reading is what a span says of a call.
type reading struct {
	call      pricing.Call
	malformed string // key of a count that is not a whole number
	vendor    *udecimal.Decimal

	billable  bool
	decided   bool // a normaliser has said whether the span carries a bill
	claim     bool // the span is a witness of a call, billed or not
	operation string
	status    int64 // HTTP
	errorType string
	counted   bool // any usage at all
	ttlSplit  int64
}

// bills reports whether the span is to be priced. A witness that is not the
// one billed is priced too: the ledger settles between the witnesses of a call
// when all have arrived.
func (r *reading) bills() bool {
	if r.decided {
		return r.billable || r.claim
	}
	switch r.operation {
	case semconv.OperationChat, semconv.OperationGenerateContent,
		semconv.OperationTextCompletion, semconv.OperationEmbeddings:
		return true
	}
	return false
}

// readSpan goes over the attributes once.
func readSpan(span ptrace.Span) reading {
	var r reading
	var tier tiers
	for key, value := range span.Attributes().All() {
		if set := stringReaders[key]; set != nil {
			if value.Type() == pcommon.ValueTypeStr {
				set(&r, &tier, value.Str())
			}
			continue
		}
		if counter := counters[key]; counter != nil {
			r.readCount(key, value, counter(&r.call.Usage))
			continue
		}
		switch key {
		case string(semconv.Billable):
			r.decided = true
			r.billable = value.Type() == pcommon.ValueTypeBool && value.Bool()
		case string(semconv.HTTPStatusCode):
			r.status = value.Int()
		case string(semconv.CostVendorAmount):
			r.readVendor(value)
		case string(semconv.UsageSource):
			r.call.NoUsage = value.Str() == semconv.UsageMissing
		}
	}
	tier.apply(&r.call)
	r.call.Start = span.StartTimestamp().AsTime()
	r.call.Duration = span.EndTimestamp().AsTime().Sub(r.call.Start)
	r.call.NoUsage = r.call.NoUsage || !r.counted
	r.call.Failed = r.status >= 400 || isHTTPError(r.errorType)
	u := &r.call.Usage
	if split := u.CacheWrite5m + u.CacheWrite30m + u.CacheWrite1h + u.CacheWrite12h; u.CacheWrite == 0 && split > 0 {
		u.CacheWrite = split // a split without its total is the total
	}
	return r
}

func isHTTPError(errorType string) bool {
	code, err := strconv.Atoi(errorType)
	return err == nil && code >= 400 && code < 600
}

func (r *reading) readCount(key string, value pcommon.Value, into *int64) {
	r.counted = true
	if value.Type() != pcommon.ValueTypeInt {
		if r.malformed == "" || key < r.malformed {
			r.malformed = key
		}
		return
	}
	*into = value.Int()
}

func (r *reading) readVendor(value pcommon.Value) {
	var text string
	switch value.Type() {
	case pcommon.ValueTypeStr:
		text = value.Str()
	case pcommon.ValueTypeDouble:
		text = strconv.FormatFloat(value.Double(), 'f', -1, 64)
	default:
		return
	}
	if amount, err := udecimal.Parse(text); err == nil {
		r.vendor = &amount
	}
}

// tiers gathers the service tier under its vendor's and its general name.
type tiers struct{ served, requested string }

func (t *tiers) apply(call *pricing.Call) {
	call.ServedTier, call.RequestedTier = t.served, t.requested
}

var stringReaders = map[string]func(*reading, *tiers, string){
	string(semconv.ProviderName):  func(r *reading, _ *tiers, v string) { r.call.Provider = v },
	string(semconv.RequestModel):  func(r *reading, _ *tiers, v string) { r.call.RequestModel = v },
	string(semconv.ResponseModel): func(r *reading, _ *tiers, v string) { r.call.ResponseModel = v },
	string(semconv.OperationName): func(r *reading, _ *tiers, v string) { r.operation = v },
	string(semconv.ErrorType):     func(r *reading, _ *tiers, v string) { r.errorType = v },
	string(semconv.Claim):         func(r *reading, _ *tiers, v string) { r.claim = v != "" },
	string(semconv.ServerAddress): func(r *reading, _ *tiers, v string) { r.call.ServerAddress = v },
	string(semconv.CloudRegion):   func(r *reading, _ *tiers, v string) { r.call.Region = v },
	string(semconv.InferenceGeo):  func(r *reading, _ *tiers, v string) { r.call.InferenceGeo = v },
	string(semconv.Speed):         func(r *reading, _ *tiers, v string) { r.call.Speed = v },

	string(semconv.UsageSearchContextSize): func(r *reading, _ *tiers, v string) { r.call.SearchContextSize = v },

	string(semconv.ResponseServiceTier):       func(_ *reading, t *tiers, v string) { t.served = v },
	string(semconv.OpenAIResponseServiceTier): func(_ *reading, t *tiers, v string) { t.served = v },
	string(semconv.RequestServiceTier):        func(_ *reading, t *tiers, v string) { t.requested = v },
	string(semconv.OpenAIRequestServiceTier):  func(_ *reading, t *tiers, v string) { t.requested = v },
}

var counters = map[string]func(*pricing.Usage) *int64{
	string(semconv.UsageInputTokens):              func(u *pricing.Usage) *int64 { return &u.Input },
	string(semconv.UsageOutputTokens):             func(u *pricing.Usage) *int64 { return &u.Output },
	string(semconv.UsageCacheReadInputTokens):     func(u *pricing.Usage) *int64 { return &u.CacheRead },
	string(semconv.UsageCacheWriteInputTokens):    func(u *pricing.Usage) *int64 { return &u.CacheWrite },
	string(semconv.UsageCacheCreationInputTokens): func(u *pricing.Usage) *int64 { return &u.CacheWrite },
	string(semconv.UsageCacheWrite5mTokens):       func(u *pricing.Usage) *int64 { return &u.CacheWrite5m },
	string(semconv.UsageCacheWrite30mTokens):      func(u *pricing.Usage) *int64 { return &u.CacheWrite30m },
	string(semconv.UsageCacheWrite1hTokens):       func(u *pricing.Usage) *int64 { return &u.CacheWrite1h },
	string(semconv.UsageCacheWrite12hTokens):      func(u *pricing.Usage) *int64 { return &u.CacheWrite12h },

	string(semconv.UsageAudioInputTokens):          func(u *pricing.Usage) *int64 { return &u.AudioInput },
	string(semconv.UsageImageInputTokens):          func(u *pricing.Usage) *int64 { return &u.ImageInput },
	string(semconv.UsageAudioCacheReadInputTokens): func(u *pricing.Usage) *int64 { return &u.AudioCacheRead },
	string(semconv.UsageImageCacheReadInputTokens): func(u *pricing.Usage) *int64 { return &u.ImageCacheRead },
	string(semconv.UsageReasoningOutputTokens):     func(u *pricing.Usage) *int64 { return &u.Reasoning },
	string(semconv.UsageAudioOutputTokens):         func(u *pricing.Usage) *int64 { return &u.AudioOutput },
	string(semconv.UsageImageOutputTokens):         func(u *pricing.Usage) *int64 { return &u.ImageOutput },

	string(semconv.UsageWebSearchRequests):  func(u *pricing.Usage) *int64 { return &u.WebSearches },
	string(semconv.UsageFileSearchRequests): func(u *pricing.Usage) *int64 { return &u.FileSearches },
	string(semconv.UsageCodeExecRequests):   func(u *pricing.Usage) *int64 { return &u.CodeExecutions },
	string(semconv.UsageSearchUnits):        func(u *pricing.Usage) *int64 { return &u.SearchUnits },
	string(semconv.UsagePages):              func(u *pricing.Usage) *int64 { return &u.Pages },
	string(semconv.UsageImages):             func(u *pricing.Usage) *int64 { return &u.Images },
}
