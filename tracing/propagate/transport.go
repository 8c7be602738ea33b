package propagate

import (
	"net"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/propagation"

	"github.com/spanledger/spanledger/tracing"
)

// Transport is an http.RoundTripper that adds propagation headers to requests to your
// own services.
type Transport struct {
	base  http.RoundTripper
	hosts []string
}

var _ http.RoundTripper = (*Transport)(nil)

// NewTransport returns a Transport that sends requests with base; nil means
// http.DefaultTransport. A host is an exact name ("billing.internal"), a name with a
// port ("localhost:8080"), or "*." and the end of a name ("*.agents.internal"). Without
// hosts, no request gets headers.
func NewTransport(base http.RoundTripper, hosts ...string) *Transport {
	if base == nil {
		base = http.DefaultTransport
	}
	t := &Transport{base: base}
	for _, h := range hosts {
		t.hosts = append(t.hosts, strings.ToLower(h))
	}
	return t
}

// RoundTrip sends the request, or a copy of it with the additional headers.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.own(r.URL.Host) {
		return t.base.RoundTrip(r)
	}
	r = r.Clone(r.Context())
	tracing.Propagator().Inject(r.Context(), propagation.HeaderCarrier(r.Header))
	return t.base.RoundTrip(r)
}

// own reports whether an address, with or without its port, matches a named host.
func (t *Transport) own(address string) bool {
	address = strings.ToLower(address)
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	for _, own := range t.hosts {
		// "*.a.b" matches every name that ends with ".a.b".
		if suffix, ok := strings.CutPrefix(own, "*."); ok {
			if suffix != "" && strings.HasSuffix(host, "."+suffix) {
				return true
			}
		} else if own == host || own == address {
			return true
		}
	}
	return false
}
