package genaicostprocessor

import (
	"strconv"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// concerns reports whether a span is to be priced. A witness of a call that is
// not the one billed is priced too: the ledger settles between the witnesses
// when all have arrived. Where no normaliser has said which spans those are,
// the model operations are.
func concerns(attrs pcommon.Map) bool {
	decided, yes, operation := false, false, false
	for key, value := range attrs.All() {
		switch key {
		case string(semconv.Billable):
			decided = true
			yes = yes || value.Bool()
		case string(semconv.Claim):
			yes = yes || value.Str() != ""
		case string(semconv.OperationName):
			operation = isModelOperation(value.Str())
		}
	}
	return decided && yes || !decided && operation
}

func isModelOperation(operation string) bool {
	switch operation {
	case semconv.OperationChat, semconv.OperationGenerateContent,
		semconv.OperationTextCompletion, semconv.OperationEmbeddings:
		return true
	}
	return false
}

// reading is what a span says of a call.
type reading struct {
	call      pricing.Call
	malformed string // key of a count that is not a whole number
	counted   bool   // any usage at all
}

// read goes over the attributes of a span that is to be priced.
func (r *reading) read(span ptrace.Span) {
	*r = reading{}
	start := span.StartTimestamp().AsTime()
	r.call.Start = start
	r.call.Duration = span.EndTimestamp().AsTime().Sub(start)
	for key, value := range span.Attributes().All() {
		if into := counter(&r.call.Usage, key); into != nil {
			r.readCount(key, value, into)
			continue
		}
		r.readText(key, value)
	}
	r.call.NoUsage = r.call.NoUsage || !r.counted
	u := &r.call.Usage
	if split := u.CacheWrite5m + u.CacheWrite30m + u.CacheWrite1h + u.CacheWrite12h; u.CacheWrite == 0 && split > 0 {
		u.CacheWrite = split // a split without its total is the total
	}
}

func (r *reading) readText(key string, value pcommon.Value) {
	switch key {
	case string(semconv.ProviderName):
		r.call.Provider = value.Str()
	case string(semconv.RequestModel):
		r.call.RequestModel = value.Str()
	case string(semconv.ResponseModel):
		r.call.ResponseModel = value.Str()
	case string(semconv.ServerAddress):
		r.call.ServerAddress = value.Str()
	case string(semconv.CloudRegion):
		r.call.Region = value.Str()
	case string(semconv.InferenceGeo):
		r.call.InferenceGeo = value.Str()
	case string(semconv.Speed):
		r.call.Speed = value.Str()
	case string(semconv.UsageSearchContextSize):
		r.call.SearchContextSize = value.Str()
	case string(semconv.ResponseServiceTier), string(semconv.OpenAIResponseServiceTier):
		r.call.ServedTier = value.Str()
	case string(semconv.RequestServiceTier), string(semconv.OpenAIRequestServiceTier):
		r.call.RequestedTier = value.Str()
	case string(semconv.UsageSource):
		r.call.NoUsage = value.Str() == semconv.UsageMissing
		r.call.Failed = r.call.Failed || value.Str() == semconv.UsageNone
	case string(semconv.HTTPStatusCode):
		r.call.Failed = r.call.Failed || value.Int() >= 400
	case string(semconv.ErrorType):
		code, err := strconv.Atoi(value.Str())
		r.call.Failed = r.call.Failed || err == nil && code >= 400 && code < 600
	case string(semconv.CostVendorAmount):
		r.readVendor(value)
	}
}

func (r *reading) readCount(key string, value pcommon.Value, into *int64) {
	r.counted = true
	if value.Type() == pcommon.ValueTypeInt {
		*into = value.Int()
	} else if r.malformed == "" || key < r.malformed {
		r.malformed = key
	}
}

func (r *reading) readVendor(value pcommon.Value) {
	var text string
	switch value.Type() {
	case pcommon.ValueTypeStr:
		text = value.Str()
	case pcommon.ValueTypeDouble:
		text = strconv.FormatFloat(value.Double(), 'f', -1, 64)
	}
	if amount, err := udecimal.Parse(text); err == nil {
		r.call.VendorCost = &amount
	}
}

// counter finds the count that an attribute carries; nil for any other key.
func counter(u *pricing.Usage, key string) *int64 {
	switch key {
	case string(semconv.UsageInputTokens):
		return &u.Input
	case string(semconv.UsageOutputTokens):
		return &u.Output
	case string(semconv.UsageCacheReadInputTokens):
		return &u.CacheRead
	case string(semconv.UsageCacheWriteInputTokens), string(semconv.UsageCacheCreationInputTokens):
		return &u.CacheWrite
	case string(semconv.UsageCacheWrite5mTokens):
		return &u.CacheWrite5m
	case string(semconv.UsageCacheWrite30mTokens):
		return &u.CacheWrite30m
	case string(semconv.UsageCacheWrite1hTokens):
		return &u.CacheWrite1h
	case string(semconv.UsageCacheWrite12hTokens):
		return &u.CacheWrite12h
	case string(semconv.UsageAudioInputTokens):
		return &u.AudioInput
	case string(semconv.UsageImageInputTokens):
		return &u.ImageInput
	case string(semconv.UsageAudioCacheReadInputTokens):
		return &u.AudioCacheRead
	case string(semconv.UsageImageCacheReadInputTokens):
		return &u.ImageCacheRead
	case string(semconv.UsageReasoningOutputTokens):
		return &u.Reasoning
	case string(semconv.UsageCitationOutputTokens):
		return &u.Citation
	case string(semconv.UsageAudioOutputTokens):
		return &u.AudioOutput
	case string(semconv.UsageImageOutputTokens):
		return &u.ImageOutput
	case string(semconv.UsageWebSearchRequests):
		return &u.WebSearches
	case string(semconv.UsageFileSearchRequests):
		return &u.FileSearches
	case string(semconv.UsageCodeExecRequests):
		return &u.CodeExecutions
	case string(semconv.UsageSearchUnits):
		return &u.SearchUnits
	case string(semconv.UsagePages):
		return &u.Pages
	case string(semconv.UsageAnnotatedPages):
		return &u.AnnotatedPages
	case string(semconv.UsageImages):
		return &u.Images
	case string(semconv.UsageAudioSeconds):
		return &u.AudioSeconds
	}
	return nil
}
