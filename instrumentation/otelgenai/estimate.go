package otelgenai

import "github.com/spanledger/spanledger/instrumentation/usage"

// estimate fills in what the vendor has not reported of a call that was
// answered. A reported count, zero included, is never touched, save the output
// of a stream that was cut: what the vendor said by then was a placeholder.
func (c *call) estimate() {
	guess := c.t.cfg.estimator
	if guess == nil || c.cached || c.status < 200 || c.status >= 300 || !isInference(c.api.Operation) {
		return
	}
	u := &c.resp.Usage
	if u.Has(usage.Input) && u.Has(usage.Output) && !c.aborted {
		return
	}
	in, out := guess(Estimate{
		Provider: c.provider.Name, Model: first(c.resp.Model, c.req.Model),
		RequestBytes: c.req.InputBytes, OutputBytes: c.resp.OutputBytes,
	})
	if !u.Has(usage.Input) {
		u.Set(usage.Input, in)
		u.Estimated = true
	}
	if !u.Has(usage.Output) || c.aborted && out > u.Counts[usage.Output] {
		u.Set(usage.Output, out)
		u.Estimated = true
	}
}
