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
	Aborted       bool // closed or cut before its end

	Start            time.Time
	Duration         time.Duration
	TimeToFirstChunk time.Duration // zero when not streamed

	StatusCode int    // HTTP status, zero without an answer
	ErrorType  string // error.type, empty when the call went well
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

// ForPricing is the call as the price catalogue takes it:
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

// notBilled says whether the call costs nothing unless its answer has counts: a
// vendor bills no call that it refused or never saw, and a stored answer once.
func (c *Call) notBilled() bool {
	return c.StatusCode >= 400 || c.UsageSource == semconv.UsageNone || c.Operation == semconv.OperationFetchResponse
}

// vendorCost is the vendor's own figure; nil where there is none.
func (c *Call) vendorCost() *udecimal.Decimal {
	amount, err := udecimal.Parse(c.VendorCost)
	if err != nil {
		return nil
	}
	return &amount
}

// LastCall holds the last call that was made with a context.
type LastCall struct {
	mu   sync.Mutex
	call Call
	ok   bool
}

// WithLastCall returns a context that remembers the last LLM call made with it
// or below it, for callers that want usage next to an SDK's answer:
//
//	ctx, last := otelgenai.WithLastCall(ctx)
//	answer, err := llm.Chat.Completions.New(ctx, params)
//	call, ok := last.Call()
func WithLastCall(ctx context.Context) (context.Context, *LastCall) {
	l := &LastCall{}
	return context.WithValue(ctx, lastCallKey{}, l), l
}

type lastCallKey struct{}

// Call is the last call that has ended, and whether there is one. A streamed
// call ends when its stream has been read or closed.
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

// PendingCall describes an LLM call before it leaves.
type PendingCall struct {
	Provider      string // gen_ai.provider.name
	Operation     string // gen_ai.operation.name
	ServerAddress string
	// Attributes say who the call is for: attribution, conversation, workflow,
	// agent and step. They are shared and must not be changed.
	Attributes []attribute.KeyValue
	// Model finds the model that is asked for while the guard runs; see
	// RequestModel.
	Model func() string
}

// RequestModel is the model that is asked for, empty where neither the path nor
// the body of the request names one. A guard that asks has the body read
// until it is known where that is not in memory, and what was read held to be
// sent; the others have no call wait.
func (p PendingCall) RequestModel() string {
	if p.Model == nil {
		return ""
	}
	return p.Model()
}

// Guard decides whether a call may leave. It runs in the path of every
// call, so it must not wait for anything. Attributes that it returns are set on
// the call's span. An error keeps the call from leaving: the caller gets it as
// it is, and the span has it as error.type, by its own name for itself if it
// has a method ErrorType() string.
type Guard func(context.Context, PendingCall) ([]attribute.KeyValue, error)

// Estimate describes a call whose vendor reports no usage, for an estimator.
type Estimate struct {
	Provider     string
	Model        string // that answered, else the one asked for
	RequestBytes int64  // of the whole request, as JSON
	OutputBytes  int64  // of the generated text; zero for whole answers that were not decoded
}

// Estimator guesses the tokens of a call.
type Estimator func(Estimate) (input, output int64)

// EstimateByLength is the usual rule of thumb for English text.
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

// OnMissing says how a call without a required attribution is treated.
type OnMissing uint8

// The ways to treat a call without a required attribution.
const (
	// Label lets the call go and marks what is missing "(unattributed)".
	Label OnMissing = iota
	// Reject fails the call before it leaves, with an [*AttributionError].
	Reject
)

// AttributionError is the error of a call that is rejected without what a
// policy requires.
type AttributionError struct {
	Missing []AttributionField
}

// Error names the missing fields and the fix.
func (e *AttributionError) Error() string {
	names := make([]string, len(e.Missing))
	for i, f := range e.Missing {
		names[i] = string(f)
	}
	return fmt.Sprintf("otelgenai: LLM call without %s: set it with tracing.WithAttribution on the request's context", strings.Join(names, ", "))
}
