package otelgenai

import "net/http"

// Transport is an [http.RoundTripper] that records the LLM calls that go
// through it. It is safe for concurrent use.
type Transport struct {
	base http.RoundTripper
	cfg  *config
}

var _ http.RoundTripper = &Transport{}

// NewTransport wraps base. A nil base means [http.DefaultTransport].
func NewTransport(base http.RoundTripper, opts ...Option) *Transport {
	if base == nil {
		base = http.DefaultTransport
	}
	return &Transport{base: base, cfg: newConfig(opts)}
}

// RoundTrip sends the request through the wrapped transport.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.base.RoundTrip(req)
}
