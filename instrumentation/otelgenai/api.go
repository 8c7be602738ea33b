package otelgenai

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Call describes an LLM call that has ended.
type Call struct {
	Provider      string // gen_ai.provider.name
	Operation     string // gen_ai.operation.name
	ServerAddress string
	RequestModel  string
	ResponseModel string // empty when the vendor did not say
	ResponseID    string
	FinishReasons []string
	Streamed      bool
	Aborted       bool // the answer was closed or broke off before its end

	Start            time.Time
	Duration         time.Duration
	TimeToFirstChunk time.Duration // zero when not streamed

	StatusCode int    // HTTP status, zero without an answer
	ErrorType  string // error.type, empty for a successful call
	Attempt    int    // of the SDK, 0 = first

	RequestedTier string
	ServedTier    string
	Region        string
	InferenceGeo  string
	Speed         string

	SearchContextSize string // low, medium, high

	Usage       usage.Counts
	UsageSource string // reported, estimated, missing, none (never reached the vendor); empty for other failed calls
	VendorCost  string // decimal USD, what the vendor's answer says the call cost; empty when it says nothing
}

// ForPricing returns the call in the form that package pricing prices:
//
//	result := pricing.Default().Price(call.ForPricing())
func (c Call) ForPricing() *pricing.Call {
	return &pricing.Call{
		Provider: c.Provider, RequestModel: c.RequestModel, ResponseModel: c.ResponseModel,
		Start: c.Start, Duration: c.Duration,
		NoUsage:    c.UsageSource != semconv.UsageReported && c.UsageSource != semconv.UsageEstimated,
		Failed:     c.notBilled(),
		VendorCost: c.vendorCost(), VendorCostFinal: !c.Streamed,
		ServedTier: c.ServedTier, RequestedTier: c.RequestedTier, Speed: c.Speed,
		InferenceGeo: c.InferenceGeo, Region: c.Region, ServerAddress: c.ServerAddress,
		SearchContextSize: c.SearchContextSize, Refused: slices.Contains(c.FinishReasons, semconv.FinishRefusal),
		Usage: c.Usage,
	}
}

// notBilled reports whether the call costs nothing unless its answer has token
// counts. A vendor does not bill a call that it rejected or never received, and
// bills a stored answer only once.
func (c *Call) notBilled() bool {
	return c.StatusCode >= 400 || c.UsageSource == semconv.UsageNone || c.Operation == semconv.OperationFetchResponse
}

// vendorCost is the cost that the vendor's answer states, or nil.
func (c *Call) vendorCost() *udecimal.Decimal {
	amount, err := udecimal.Parse(c.VendorCost)
	if err != nil {
		return nil
	}
	return &amount
}

// LastCall holds the last call that was made with a context; see [WithLastCall].
type LastCall struct {
	mu   sync.Mutex
	call Call
	ok   bool
}

// WithLastCall returns a context that stores the last LLM call made with it or
// with a context derived from it. Use it to get the usage of a call whose answer
// comes from an SDK:
//
//	ctx, last := otelgenai.WithLastCall(ctx)
//	answer, err := llm.Chat.Completions.New(ctx, params)
//	call, ok := last.Call()
func WithLastCall(ctx context.Context) (context.Context, *LastCall) {
	l := &LastCall{}
	return context.WithValue(ctx, lastCallKey{}, l), l
}

type lastCallKey struct{}

// Call returns the last call that has ended, or false if none has. A streamed call
// ends when its stream is read to the end or closed.
func (l *LastCall) Call() (Call, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.call, l.ok
}

func (l *LastCall) set(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.call, l.ok = c, true
}

// PendingCall describes an LLM call before it is sent.
type PendingCall struct {
	Provider      string // gen_ai.provider.name
	Operation     string // gen_ai.operation.name
	ServerAddress string
	// Attributes say who the call is for: attribution, conversation, workflow,
	// agent and step. They are shared and must not be changed.
	Attributes []attribute.KeyValue
	// Model returns the requested model. It may be called only while the guard
	// runs; nil means that it is not known. Use RequestModel.
	Model func() string
}

// RequestModel returns the requested model, or an empty string if neither the
// path nor the body of the request names one. If the body is not in memory, it is
// read until the model is found, and sent afterwards. Only this method delays a
// call in that way.
func (p PendingCall) RequestModel() string {
	if p.Model == nil {
		return ""
	}
	return p.Model()
}

// Guard decides whether a call may be sent. It runs before every call, so it must
// not wait for anything. Attributes that it returns are set on the call's span. If
// it returns an error, the call is not sent and the caller gets that error,
// unchanged. The span's error.type is the result of the error's method
// ErrorType() string, if it has one, or else the error's Go type.
type Guard func(context.Context, PendingCall) ([]attribute.KeyValue, error)

// Estimate is the input of an [Estimator]: a call whose vendor reported no usage.
type Estimate struct {
	Provider     string
	Model        string // the model that answered or, if not known, the requested one
	RequestBytes int64  // of the whole request, as JSON
	OutputBytes  int64  // of the generated text; zero for whole answers that were not decoded
}

// Estimator estimates the tokens of a call.
type Estimator func(Estimate) (input, output int64)

// EstimateByLength is an [Estimator] that counts four bytes of text as one token.
func EstimateByLength(e Estimate) (input, output int64) {
	return (e.RequestBytes + 3) / 4, (e.OutputBytes + 3) / 4
}

// AttributionField is a field of [tracing.Attribution] that a policy may
// require.
type AttributionField string

// The fields of an attribution.
const (
	User        AttributionField = "user"
	Department  AttributionField = "department"
	Application AttributionField = "application"
	Team        AttributionField = "team"
	CostCenter  AttributionField = "cost_center"
)

// OnMissing is the treatment of a call without a required attribution.
type OnMissing uint8

// Treatments of a call without a required attribution.
const (
	// Label sends the call, with "(unattributed)" in the missing fields.
	Label OnMissing = iota
	// Reject does not send the call: it fails with an [*AttributionError].
	Reject
)

// AttributionError is the error of a call that was rejected because a required
// attribution was missing; see [WithRequiredAttribution].
type AttributionError struct {
	Missing []AttributionField
}

// Error names the missing fields, and how to set them.
func (e *AttributionError) Error() string {
	names := make([]string, len(e.Missing))
	for i, f := range e.Missing {
		names[i] = string(f)
	}
	return fmt.Sprintf("otelgenai: LLM call without %s: set it with tracing.WithAttribution on the request's context", strings.Join(names, ", "))
}
