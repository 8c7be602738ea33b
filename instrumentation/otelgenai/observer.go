package otelgenai

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Call is what is known of an LLM call once it has ended.
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
		VendorCost: c.vendorCost(),
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
// or below it, for callers that want usage beside an SDK's answer:
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

// observe tells those who asked about a call that has ended.
func (c *call) observe(duration time.Duration) {
	last, _ := c.ctx.Value(lastCallKey{}).(*LastCall)
	if last == nil && len(c.t.cfg.observers) == 0 {
		return
	}
	out := c.result(duration)
	if last != nil {
		last.set(out)
	}
	for _, f := range c.t.cfg.observers {
		f(c.ctx, out)
	}
}

func (c *call) result(duration time.Duration) Call {
	u := &c.resp.Usage
	return Call{
		Provider: c.provider.Name, Operation: c.api.Operation, ServerAddress: c.host,
		RequestModel: c.req.Model, ResponseModel: c.resp.Model, ResponseID: c.resp.ID,
		FinishReasons: slices.Clone(c.resp.FinishReasons), Streamed: c.req.Stream, Aborted: c.aborted,
		Start: c.start, Duration: duration, TimeToFirstChunk: c.firstChunk,
		StatusCode: c.status, ErrorType: c.errorType, Attempt: c.attempt,
		RequestedTier: c.req.ServiceTier, ServedTier: c.resp.ServiceTier, Region: c.region,
		InferenceGeo: first(c.resp.InferenceGeo, c.req.InferenceGeo), Speed: first(c.resp.Speed, c.req.Speed),
		UsageSource: c.usageSource(), VendorCost: c.resp.VendorCost,
		Usage: u.Counts, SearchContextSize: first(u.SearchContextSize, c.req.SearchContextSize),
	}
}
