package otelgenai

import (
	"errors"
	"net/http"
	"sync"
)

// Transport is an [http.RoundTripper] that records LLM calls. It is safe for
// concurrent use.
type Transport struct {
	base http.RoundTripper
	cfg  *config
	tel  *telemetry

	results recentIDs // of batches

	legacyCanceler canceler // the base, where it is one that net/http cancels by request
	inFlight       sync.Map // *http.Request of the caller to the one that was sent; for legacyCanceler
}

var _ http.RoundTripper = &Transport{}

// NewTransport returns a Transport that sends requests with base. A nil base means
// [http.DefaultTransport].
func NewTransport(base http.RoundTripper, opts ...Option) *Transport {
	if base == nil {
		base = http.DefaultTransport
	}
	cfg := newConfig(opts)
	t := &Transport{base: base, cfg: cfg, tel: newTelemetry(cfg)}
	// http.Transport heeds contexts, and what is sent has that of the caller.
	if _, heedsContexts := base.(*http.Transport); !heedsContexts {
		t.legacyCanceler, _ = base.(canceler)
	}
	return t
}

// RoundTrip sends the request with the wrapped transport. It returns the response
// and the error of that transport.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	target := t.recognise(req)
	if target.api == nil {
		return t.base.RoundTrip(req)
	}
	c := t.begin(req, target)
	if c == nil {
		return t.base.RoundTrip(req)
	}
	if err := c.rejected; err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // as the contract asks, also on errors
		}
		c.failed(err)
		return nil, err
	}
	sent := c.outgoing(req)
	resp, err := t.send(c, req, sent)
	if resp != nil && resp.Request == sent {
		resp.Request = req
	}
	if !c.confirm() {
		return resp, err
	}
	if err != nil {
		c.failed(err)
		return resp, err
	}
	if resp == nil { // net/http makes an error of it
		c.failed(errNoResponse)
		return nil, nil
	}
	c.answered(resp)
	return resp, nil
}

// errNoResponse replaces the error that net/http returns if a round trip gives
// neither a response nor an error.
var errNoResponse = errors.New("no response and no error")

// errBasePanic is recorded for a call in which the wrapped transport panicked.
var errBasePanic = errors.New("panic in the wrapped transport")

// send sends the request with the wrapped transport. If that panics, the call is
// recorded and the panic continues.
func (t *Transport) send(c *call, req, sent *http.Request) (*http.Response, error) {
	if t.legacyCanceler != nil {
		t.inFlight.Store(req, sent)
		c.caught = req
	}
	returned := false
	defer func() {
		if !returned && c.confirm() {
			c.failed(errBasePanic)
		}
	}()
	resp, err := t.base.RoundTrip(sent)
	returned = true
	return resp, err
}

// CloseIdleConnections closes the idle connections of the wrapped transport, if it
// has this method. [http.Client.CloseIdleConnections] calls it.
func (t *Transport) CloseIdleConnections() {
	if base, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// canceler is a transport from before requests had contexts.
type canceler interface{ CancelRequest(*http.Request) }

// CancelRequest cancels a running request in the wrapped transport, if it has this
// method. [http.Client] calls it after its timeout.
//
// Deprecated: use a request with a context.
func (t *Transport) CancelRequest(req *http.Request) {
	if t.legacyCanceler == nil {
		return
	}
	if sent, ok := t.inFlight.Load(req); ok {
		req = sent.(*http.Request)
	}
	t.legacyCanceler.CancelRequest(req)
}
