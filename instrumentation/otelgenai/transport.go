package otelgenai

import "net/http"

// Transport is an [http.RoundTripper] that records the LLM calls that go
// through it. It is safe for concurrent use.
type Transport struct {
	base http.RoundTripper
	cfg  *config
	tel  *telemetry

	results seen // of batches
}

var _ http.RoundTripper = &Transport{}

// NewTransport wraps base. A nil base means [http.DefaultTransport].
func NewTransport(base http.RoundTripper, opts ...Option) *Transport {
	if base == nil {
		base = http.DefaultTransport
	}
	cfg := newConfig(opts)
	return &Transport{base: base, cfg: cfg, tel: newTelemetry(cfg)}
}

// RoundTrip sends the request through the wrapped transport. The response,
// its body and any error are the wrapped transport's own.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	target := t.recognise(req)
	if target.api == nil {
		return t.base.RoundTrip(req)
	}
	c := t.begin(req, target)
	if err := c.rejected; err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // as the contract asks, also on errors
		}
		c.failed(err)
		return nil, err
	}
	sent := c.outgoing(req)
	resp, err := t.base.RoundTrip(sent)
	if err != nil {
		c.failed(err)
		return resp, err
	}
	if resp.Request == sent {
		resp.Request = req
	}
	c.answered(resp)
	return resp, nil
}
