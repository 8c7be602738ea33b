package genaicostprocessor

import (
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// read gives what the span says, and whether it is to be priced: w.call then
// holds the call. Both are valid until the next.
func (w *worker) read(span ptrace.Span) (r *callspan.Record, priced bool) {
	c := &w.call
	c.Usage = usage.Counts{} // every other field is written below
	r = w.spans.Read(span, &c.Usage)
	if !r.Priced() {
		return r, false
	}
	c.Start = span.StartTimestamp().AsTime()
	c.Duration = span.EndTimestamp().AsTime().Sub(c.Start)
	c.Provider = r.Text(callspan.Provider)
	c.RequestModel = r.Text(callspan.RequestModel)
	c.ResponseModel = r.Text(callspan.ResponseModel)
	c.ServerAddress = r.Text(callspan.ServerAddress)
	c.Region = r.Text(callspan.Region)
	c.InferenceGeo = r.Text(callspan.InferenceGeo)
	c.Speed = r.Text(callspan.Speed)
	c.SearchContextSize = r.Text(callspan.SearchContextSize)
	c.ServedTier = r.Text(callspan.ServedTier)
	c.RequestedTier = r.Text(callspan.RequestedTier)
	c.NoUsage = r.NoUsage()
	c.Failed = callspan.Unbilled(r.Text(callspan.UsageSource), r.Status, r.Text(callspan.ErrorType))
	c.Refused = r.Refused()
	c.TotalUnexplained = r.TotalUnexplained
	c.VendorCostFinal = callspan.FinalCharge(r.Text(callspan.Claim), r.Streamed)
	c.VendorCost = nil
	if amount, ok := r.Amount(callspan.VendorAmount); ok {
		w.vendor = amount
		c.VendorCost = &w.vendor
	}
	return r, true
}
