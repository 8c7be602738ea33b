package otelgenai

import (
	"slices"
	"time"
)

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
