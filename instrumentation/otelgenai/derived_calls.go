package otelgenai

import (
	"context"

	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// other is a call that the vendor has made and that shows in the answer to c:
// it shares with c who it is for and where it went.
func (c *call) other(parent context.Context, api *genai.API, req genai.Request, resp genai.Response) *call {
	o := &call{callState: callState{
		target: target{provider: c.provider, api: api, region: c.region},
		t:      c.t,
		caller: parent,
		start:  c.start, ended: c.ended, host: c.host, port: c.port, attrs: c.attrs,
		req:    req,
		resp:   resp,
		status: c.status,
	}}
	o.ctx, o.span = c.t.tel.start(parent, o)
	o.recordCtx = &withoutCancelCtx{o.ctx}
	return o
}

// report ends another call. How long it took is not known, so its span
// lasts as long as the call it came with and no duration is measured.
func (c *call) report() {
	c.reportDerivedCalls()
	t, duration := c.t.tel, c.ended.Sub(c.start)
	t.annotate(c, nil)
	t.tokens(c, c.metricSeries())
	t.log(c, duration)
	c.observe(duration)
	c.endSpan()
}

// reportDerivedCalls gives the models that worked for the answer spans of their own,
// next to that of the call: below it they would mean what it used.
func (c *call) reportDerivedCalls() {
	for i := range c.resp.AuxiliaryCalls {
		a := &c.resp.AuxiliaryCalls[i]
		o := c.other(c.caller, c.api, genai.Request{Model: a.Model}, genai.Response{
			Model: a.Model, Usage: a.Usage, ServiceTier: c.resp.ServiceTier, InferenceGeo: c.resp.InferenceGeo,
		})
		o.span.AddLink(trace.Link{SpanContext: c.span.SpanContext()})
		o.report()
	}
}

// reportFetched makes a call of a response that was made in the background, once
// it reports what it used: who ordered it could not know. It may be asked for
// again, here and elsewhere, and is told by its id.
func (c *call) reportFetched() {
	r := &c.resp
	if r.Background && r.Usage.Reported() {
		c.t.results.first(c.provider.Name, r.ID)
	}
	if r.Fetched == nil || c.api.Made == nil || !c.t.results.first(c.provider.Name, r.Fetched.ID) {
		return
	}
	o := c.other(c.ctx, c.api.Made, genai.Request{}, *r.Fetched)
	o.report()
}
