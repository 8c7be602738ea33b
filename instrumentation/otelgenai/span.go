package otelgenai

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var (
	callInside = semconv.CallInside.Bool(true)
	claimBatch = semconv.Claim.String(semconv.ClaimBatch)
)

var clientSpan = trace.WithSpanKind(trace.SpanKindClient)

// start starts the span of a call with what samplers may look at.
func (t *telemetry) start(ctx context.Context, c *call) (context.Context, trace.Span) {
	to := c.destination()
	a := newAttributes()
	defer a.release()
	a.list = append(a.list, to.attrs...)
	a.list = append(a.list, c.attrs...)
	a.list = append(a.list, c.guarded...)
	if outer := trace.SpanFromContext(ctx); outer.IsRecording() {
		outer.SetAttributes(callInside)
	}
	c.atStart = [...]trace.SpanStartOption{clientSpan, trace.WithTimestamp(c.start), a.option()}
	return t.tracer.Start(ctx, to.name, c.atStart[:]...)
}

// endSpan ends the span of a call.
func (c *call) endSpan() {
	c.atEnd = [...]trace.SpanEndOption{trace.WithTimestamp(c.ended)}
	c.span.End(c.atEnd[:]...)
}

// annotate puts everything that is known at the end of a call on its span.
func (t *telemetry) annotate(c *call, said *content) {
	if !c.span.IsRecording() {
		return
	}
	a := newAttributes()
	if c.sending != nil || c.req.Model == "" {
		c.span.SetName(c.destination().name)
		a.text(semconv.RequestModel, c.req.Model)
	}
	a.request(c)
	a.response(c)
	a.roundTrip(c)
	if c.api.Operation != semconv.OperationFetchResponse {
		a.usage(c)
	}
	a.prefix(c)
	if c.errorType != "" {
		a.text(semconv.ErrorType, c.errorType)
		c.span.SetStatus(codes.Error, c.errorType)
	}
	if said == nil || !c.t.cfg.content.mode.onSpan() {
		c.span.SetAttributes(a.list...)
		a.release()
		return
	}
	a.content(said) // which may be long: not to be kept in the pool
	c.span.SetAttributes(a.list...)
}

// attributes collects attributes; values that say nothing are left out.
type attributes struct {
	list []attribute.KeyValue

	boxed trace.SpanStartEventOption // of the list, as it was last asked for
	first *attribute.KeyValue        // in that list
	n     int                        // in that list
}

// attributePool holds those whose receivers, spans and records, have copied
// them. Short texts may stay in them until they are used again.
var attributePool = sync.Pool{New: func() any { return new(attributes) }}

func newAttributes() *attributes { return attributePool.Get().(*attributes) }

// release gives the attributes away; their list must not be kept.
func (a *attributes) release() {
	a.list = a.list[:0]
	attributePool.Put(a)
}

// option is the list, which is not empty, as an option. One of the same place
// and length serves again.
func (a *attributes) option() trace.SpanStartOption {
	if a.first != &a.list[0] || a.n != len(a.list) {
		a.boxed, a.first, a.n = trace.WithAttributes(a.list...), &a.list[0], len(a.list)
	}
	return a.boxed
}

func (a *attributes) add(kv attribute.KeyValue) { a.list = append(a.list, kv) }

func (a *attributes) text(k attribute.Key, v string) {
	if v != "" {
		a.add(k.String(v))
	}
}

func (a *attributes) texts(k attribute.Key, v []string) {
	if len(v) > 0 {
		a.add(k.StringSlice(v))
	}
}

func (a *attributes) count(k attribute.Key, v int64) {
	if v != 0 {
		a.add(k.Int64(v))
	}
}

func (a *attributes) optInt(k attribute.Key, v genai.Opt[int64]) {
	if v.Set {
		a.add(k.Int64(v.Value))
	}
}

func (a *attributes) optFloat(k attribute.Key, v genai.Opt[float64]) {
	if v.Set {
		a.add(k.Float64(v.Value))
	}
}

func (a *attributes) yes(k attribute.Key, v bool) {
	if v {
		a.add(k.Bool(true))
	}
}

// call has every attribute of the call's span but what was said, for events.
func (a *attributes) call(c *call) {
	a.list = append(a.list, c.destination().attrs...)
	a.request(c)
	a.response(c)
	a.roundTrip(c)
	if c.api.Operation != semconv.OperationFetchResponse {
		a.usage(c)
	}
	a.prefix(c)
	a.text(semconv.ErrorType, c.errorType)
	a.list = append(a.list, c.attrs...)
	a.list = append(a.list, c.guarded...)
}

func (a *attributes) request(c *call) {
	r := &c.req
	a.yes(semconv.RequestStream, r.Stream)
	a.optInt(semconv.RequestMaxTokens, r.MaxTokens)
	if r.ChoiceCount.Value != 1 {
		a.optInt(semconv.RequestChoiceCount, r.ChoiceCount)
	}
	a.optInt(semconv.RequestSeed, r.Seed)
	a.optInt(semconv.RequestTopK, r.TopK)
	a.optFloat(semconv.RequestTemperature, r.Temperature)
	a.optFloat(semconv.RequestTopP, r.TopP)
	a.optFloat(semconv.RequestFrequencyPenalty, r.FrequencyPenalty)
	a.optFloat(semconv.RequestPresencePenalty, r.PresencePenalty)
	a.texts(semconv.RequestStopSequences, r.StopSequences)
	a.texts(semconv.RequestEncodingFormats, r.EncodingFormats)
	a.optInt(semconv.EmbeddingsDimensionCount, r.Dimensions)
	a.text(semconv.RequestReasoningLevel, r.ReasoningLevel)
	a.text(semconv.RequestPreviousResponseID, r.PreviousResponseID)
	a.text(semconv.OutputType, r.OutputType)
	a.text(semconv.BedrockGuardrailID, r.GuardrailID)
	a.text(semconv.RequestServiceTier, r.ServiceTier)
	a.text(semconv.CloudRegion, c.region)
	if c.provider.Name == semconv.ProviderOpenAI {
		a.text(semconv.OpenAIAPIType, c.api.Type)
		if r.ServiceTier != "auto" {
			a.text(semconv.OpenAIRequestServiceTier, r.ServiceTier)
		}
	}
}

func (a *attributes) response(c *call) {
	r := &c.resp
	a.text(semconv.ResponseID, r.ID)
	if c.batched || r.Background && r.Usage.Reported() {
		a.add(claimBatch)
		a.text(semconv.BatchID, c.batch)
	}
	a.text(semconv.ResponseModel, r.Model)
	a.finishReasons(c)
	if c.firstChunk > 0 {
		a.add(semconv.ResponseTimeToFirstChunk.Float64(c.firstChunk.Seconds()))
	}
	a.text(semconv.ResponseServiceTier, r.ServiceTier)
	if c.provider.Name == semconv.ProviderOpenAI {
		a.text(semconv.OpenAIResponseServiceTier, r.ServiceTier)
		a.text(semconv.OpenAIResponseSystemFingerprint, r.SystemFingerprint)
	}
	a.text(semconv.InferenceGeo, first(r.InferenceGeo, c.req.InferenceGeo))
	a.text(semconv.Speed, first(r.Speed, c.req.Speed))
	a.text(semconv.CostVendorAmount, r.VendorCost)
	if c.api.Operation == semconv.OperationFetchResponse || r.Background && !r.Usage.Reported() {
		a.text(semconv.ResponseStatus, r.Status)
	}
	if id := first(r.ConversationID, c.req.ConversationID); id != "" && !has(c.attrs, semconv.ConversationID) {
		a.text(semconv.ConversationID, id)
	}
}

// finishReasons are the vendor's; a choice that was cut off has "error".
func (a *attributes) finishReasons(c *call) {
	reasons := c.resp.FinishReasons
	for i, r := range reasons {
		if r == "" {
			reasons[i] = "error"
		}
	}
	if len(reasons) != 1 {
		a.texts(semconv.ResponseFinishReasons, reasons)
		return
	}
	if c.oneText != reasons[0] {
		c.one, c.oneText = semconv.ResponseFinishReasons.StringSlice(reasons), reasons[0]
	}
	a.add(c.one)
}

func (a *attributes) roundTrip(c *call) {
	if c.status != 0 {
		a.add(semconv.HTTPStatusCode.Int(c.status))
	}
	if c.attempt > 0 {
		a.add(semconv.RequestAttempt.Int(c.attempt))
	}
	a.yes(semconv.StreamAborted, c.aborted)
	a.yes(semconv.GatewayCacheHit, c.cached)
	if c.in != nil && c.in.err != nil {
		a.text(semconv.DecodeError, c.in.err.Error())
	}
	a.vendorHeaders(c.provider.Headers, c.header)
}

func (a *attributes) usage(c *call) {
	u := &c.resp.Usage
	a.text(semconv.UsageSource, c.usageSource())
	for f, n := range u.Counts {
		field := usage.Field(f)
		if field == usage.Output && c.api.Operation == semconv.OperationEmbeddings {
			continue
		}
		if n != 0 || field <= usage.Output && u.Has(field) {
			a.add(field.Key().Int64(n))
		}
	}
	a.text(semconv.UsageSearchContextSize, first(u.SearchContextSize, c.req.SearchContextSize))
}

// prefix describes the stable part of the prompt, where it was asked for. Its
// tokens are its share of the request's bytes, which is close where the rest is
// text, and too little where that holds pictures.
func (a *attributes) prefix(c *call) {
	r := &c.req
	a.text(semconv.PromptShares, r.PromptShares)
	if r.PrefixHash == "" {
		return
	}
	a.text(semconv.PromptPrefixHash, r.PrefixHash)
	a.text(semconv.PromptParts, r.PrefixParts)
	share := float64(r.PrefixBytes) / float64(max(1, r.InputBytes))
	a.count(semconv.PromptPrefixTokens, int64(share*float64(c.resp.Usage.Counts[usage.Input])))
}

// usageSource says where the counts come from; empty for calls that failed
// without any, whatever they may have used.
func (c *call) usageSource() string {
	u := &c.resp.Usage
	switch {
	case u.Estimated:
		return semconv.UsageEstimated
	case u.Reported():
		return semconv.UsageReported
	case c.stayed():
		return semconv.UsageNone
	case c.status >= 200 && c.status < 300 && c.api.Operation != semconv.OperationFetchResponse:
		return semconv.UsageMissing
	default:
		return ""
	}
}

// stayed says whether the call is known not to have reached the vendor.
func (c *call) stayed() bool {
	return c.cached || c.rejected != nil || c.status == 0 && (c.errorType == errorDNS || c.errorType == errorRefused)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func has(attrs []attribute.KeyValue, k attribute.Key) bool {
	for _, kv := range attrs {
		if kv.Key == k {
			return true
		}
	}
	return false
}
