package rows

import (
	"math"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// draft reads the attributes of a span into a call; what only an agent span has
// stands beside it.
type draft struct {
	call       *ledger.Call
	tool       string
	stepNumber int
	malformed  string // first key whose value is not of its kind
}

func (d *draft) read(span ptrace.Span) {
	c := d.call
	c.TraceID = ledger.TraceID(span.TraceID())
	c.SpanID = ledger.SpanID(span.SpanID())
	c.ParentSpanID = ledger.SpanID(span.ParentSpanID())
	c.Start = span.StartTimestamp().AsTime()
	if end := span.EndTimestamp(); end > span.StartTimestamp() {
		c.Duration = time.Duration(end - span.StartTimestamp())
	}
	for key, value := range span.Attributes().All() {
		if !d.common(key, value) && !d.usage(key, value) && !d.cost(key, value) {
			d.attribution(key, value)
		}
	}
	c.Error = span.Status().Code() == ptrace.StatusCodeError || c.ErrorType != ""
}

func (d *draft) common(key string, v pcommon.Value) bool {
	c := d.call
	switch key {
	case string(semconv.OperationName):
		d.text(&c.Operation, v)
	case string(semconv.ProviderName):
		d.text(&c.Provider, v)
	case string(semconv.ServerAddress):
		d.text(&c.ServerAddress, v)
	case string(semconv.RequestModel):
		d.text(&c.RequestModel, v)
	case string(semconv.ResponseModel):
		d.text(&c.ResponseModel, v)
	case string(semconv.ResponseID):
		d.text(&c.ResponseID, v)
	case string(semconv.ResponseServiceTier):
		d.text(&c.ServiceTier, v)
	case string(semconv.OpenAIResponseServiceTier):
		if c.ServiceTier == "" {
			d.text(&c.ServiceTier, v)
		}
	case string(semconv.RequestServiceTier):
		d.text(&c.Terms.RequestedTier, v)
	case string(semconv.OpenAIRequestServiceTier):
		if c.Terms.RequestedTier == "" {
			d.text(&c.Terms.RequestedTier, v)
		}
	case string(semconv.Speed):
		d.text(&c.Terms.Speed, v)
	case string(semconv.InferenceGeo):
		d.text(&c.Terms.InferenceGeo, v)
	case string(semconv.CloudRegion):
		d.text(&c.Terms.Region, v)
	case string(semconv.UsageSearchContextSize):
		d.text(&c.Terms.SearchContextSize, v)
	case string(semconv.PromptPrefixHash):
		d.text(&c.PromptPrefix, v)
	case string(semconv.PromptPrefixTokens):
		c.PromptPrefixTokens = max(0, v.Int()) // no part of the bill: what is no count is none
	case string(semconv.RequestStream):
		c.Streamed = v.Bool()
	case string(semconv.ResponseFinishReasons):
		c.FinishReasons = texts(v)
	case string(semconv.ResponseTimeToFirstChunk):
		c.TimeToFirstChunk = seconds(v)
	case string(semconv.ErrorType):
		d.text(&c.ErrorType, v)
	case string(semconv.HTTPStatusCode):
		c.StatusCode = small(v)
	case string(semconv.RequestAttempt):
		c.Attempt = small(v)
	case string(semconv.WorkflowName):
		d.text(&c.Workflow, v)
	case string(semconv.AgentName):
		d.text(&c.Agent, v)
	case string(semconv.StepName):
		d.text(&c.Step, v)
	case string(semconv.StepNumber):
		d.stepNumber = small(v)
	case string(semconv.ToolName):
		d.text(&d.tool, v)
	case string(semconv.ConversationID):
		d.text(&c.ConversationID, v)
	case string(semconv.Billable):
		c.Billable = v.Bool()
	case string(semconv.Claim):
		d.text(&c.Claim, v)
	case string(semconv.Dialect):
		d.text(&c.Dialect, v)
	default:
		return false
	}
	return true
}

func (d *draft) usage(key string, v pcommon.Value) bool {
	u := &d.call.Usage
	switch key {
	case string(semconv.UsageInputTokens):
		d.count(&u.Input, key, v)
	case string(semconv.UsageOutputTokens):
		d.count(&u.Output, key, v)
	case string(semconv.UsageCacheReadInputTokens):
		d.count(&u.CacheRead, key, v)
	case string(semconv.UsageCacheWriteInputTokens):
		d.count(&u.CacheWrite, key, v)
	case string(semconv.UsageCacheWrite5mTokens):
		d.count(&u.CacheWrite5m, key, v)
	case string(semconv.UsageCacheWrite30mTokens):
		d.count(&u.CacheWrite30m, key, v)
	case string(semconv.UsageCacheWrite1hTokens):
		d.count(&u.CacheWrite1h, key, v)
	case string(semconv.UsageCacheWrite12hTokens):
		d.count(&u.CacheWrite12h, key, v)
	case string(semconv.UsageReasoningOutputTokens):
		d.count(&u.Reasoning, key, v)
	case string(semconv.UsageAudioInputTokens):
		d.count(&u.AudioInput, key, v)
	case string(semconv.UsageAudioCacheReadInputTokens):
		d.count(&u.AudioCacheRead, key, v)
	case string(semconv.UsageAudioOutputTokens):
		d.count(&u.AudioOutput, key, v)
	case string(semconv.UsageImageInputTokens):
		d.count(&u.ImageInput, key, v)
	case string(semconv.UsageImageCacheReadInputTokens):
		d.count(&u.ImageCacheRead, key, v)
	case string(semconv.UsageImageOutputTokens):
		d.count(&u.ImageOutput, key, v)
	case string(semconv.UsageWebSearchRequests):
		d.count(&u.WebSearches, key, v)
	case string(semconv.UsageFileSearchRequests):
		d.count(&u.FileSearches, key, v)
	case string(semconv.UsageCodeExecRequests):
		d.count(&u.CodeExecs, key, v)
	case string(semconv.UsageSearchUnits):
		d.count(&u.SearchUnits, key, v)
	case string(semconv.UsagePages):
		d.count(&u.Pages, key, v)
	case string(semconv.UsageAnnotatedPages):
		d.count(&u.AnnotatedPages, key, v)
	case string(semconv.UsageImages):
		d.count(&u.Images, key, v)
	case string(semconv.UsageAudioSeconds):
		d.count(&u.AudioSeconds, key, v)
	case string(semconv.UsageSource):
		d.text(&d.call.UsageSource, v)
	default:
		return false
	}
	return true
}

func (d *draft) cost(key string, v pcommon.Value) bool {
	c := &d.call.Cost
	switch key {
	case string(semconv.CostStatus):
		d.text(&c.Status, v)
	case string(semconv.CostAmount):
		c.Amount = d.amount(key, v)
	case string(semconv.CostCurrency):
		d.text(&c.Currency, v)
	case string(semconv.CostReason):
		d.text(&c.Reason, v)
	case string(semconv.CostFlags):
		c.Flags = texts(v)
	case string(semconv.CostLineItems):
		d.text(&c.LineItems, v)
	case string(semconv.CostCatalogVersion):
		d.text(&c.CatalogVersion, v)
	case string(semconv.CostVendorAmount):
		c.Vendor = d.amount(key, v)
	default:
		return false
	}
	return true
}

// attribution reads what may stand on a resource as well as on a span.
func (d *draft) attribution(key string, v pcommon.Value) {
	c := d.call
	switch key {
	case string(semconv.UserID):
		d.text(&c.User, v)
	case string(semconv.Department):
		d.text(&c.Department, v)
	case string(semconv.Application):
		d.text(&c.Application, v)
	case string(semconv.Team):
		d.text(&c.Team, v)
	case string(semconv.CostCenter):
		d.text(&c.CostCenter, v)
	default:
		if tag, ok := strings.CutPrefix(key, semconv.TagPrefix); ok && tag != "" {
			d.tag(tag, v)
		}
	}
}

// tag never writes to a map that another span of the resource shares.
func (d *draft) tag(key string, v pcommon.Value) {
	tags := make(map[string]string, len(d.call.Tags)+1)
	for k, old := range d.call.Tags {
		tags[k] = old
	}
	tags[clean(key)] = clean(v.AsString())
	d.call.Tags = tags
}

// text keeps a string; a scalar of another kind is written out, so that a user
// id sent as a number still names its user.
func (d *draft) text(to *string, v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		*to = clean(v.Str())
	case pcommon.ValueTypeInt, pcommon.ValueTypeBool, pcommon.ValueTypeDouble:
		*to = v.AsString()
	}
}

// count keeps a number of tokens or units. What is none is stored as nothing,
// and the call as invalid.
func (d *draft) count(to *int64, key string, v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		if n := v.Int(); n >= 0 {
			*to = n
			return
		}
	case pcommon.ValueTypeDouble:
		if f := v.Double(); f >= 0 && f < 1<<53 && f == math.Trunc(f) {
			*to = int64(f)
			return
		}
	}
	d.refuse(key)
}

func (d *draft) amount(key string, v pcommon.Value) *udecimal.Decimal {
	if v.Type() == pcommon.ValueTypeStr {
		if amount, err := udecimal.Parse(v.Str()); err == nil {
			return &amount
		}
	}
	d.refuse(key)
	return nil
}

func (d *draft) refuse(key string) {
	if d.malformed == "" {
		d.malformed = key
	}
}

func texts(v pcommon.Value) []string {
	if v.Type() != pcommon.ValueTypeSlice {
		return nil
	}
	list := make([]string, 0, v.Slice().Len())
	for _, item := range v.Slice().All() {
		if item.Type() == pcommon.ValueTypeStr {
			list = append(list, clean(item.Str()))
		}
	}
	return list
}

func small(v pcommon.Value) int {
	if v.Type() != pcommon.ValueTypeInt || v.Int() < 0 || v.Int() > math.MaxUint16 {
		return 0
	}
	return int(v.Int())
}

// seconds reads a duration, given as a double, to the microsecond: what lies
// beyond is the double's, not the clock's.
func seconds(v pcommon.Value) time.Duration {
	var s float64
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		s = v.Double()
	case pcommon.ValueTypeInt:
		s = float64(v.Int())
	}
	if !(s > 0 && s < 1e9) { // NaN is neither
		return 0
	}
	return time.Duration(s * float64(time.Second)).Round(time.Microsecond)
}
