package otelgenai

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider"
)

// target is what a request is addressed to; its api is nil for requests that
// are no LLM calls.
type target struct {
	provider *genai.Provider
	api      *genai.API
	model    string // where the path names it
}

func (t *Transport) recognise(req *http.Request) target {
	if req.URL == nil {
		return target{}
	}
	to := t.address(req)
	if to.api == nil || to.api.Results != nil && to.api.Results.Maybe && !t.cfg.batchResults {
		return target{}
	}
	for _, keep := range t.cfg.filters {
		if !keep(req) {
			return target{}
		}
	}
	return to
}

// address finds the provider by the host, first among those the user has
// named, and the API by the path.
func (t *Transport) address(req *http.Request) target {
	hostport := strings.ToLower(req.URL.Host) // no copy where it is lower case
	host, port := splitHost(hostport)
	if len(t.cfg.endpoints) > 0 {
		p, ok := t.cfg.endpoints[hostport]
		if !ok {
			p, ok = t.cfg.endpoints[host]
		}
		if ok {
			api, model := p.Route(req.Method, req.URL.Path)
			return target{provider: p, api: api, model: model}
		}
	}
	for _, p := range provider.All {
		if !p.Match(host, port) {
			continue
		}
		if api, model := p.Route(req.Method, req.URL.Path); api != nil {
			return target{provider: p, api: api, model: model}
		}
	}
	return target{}
}

// splitHost takes a host and its port apart, and the brackets off an IPv6
// address.
func splitHost(hostport string) (host, port string) {
	colon := strings.LastIndexByte(hostport, ':')
	if rest, ok := strings.CutPrefix(hostport, "["); ok {
		if end := strings.IndexByte(rest, ']'); end >= 0 {
			return rest[:end], strings.TrimPrefix(rest[end+1:], ":")
		}
	}
	if colon < 0 || strings.IndexByte(hostport, ':') != colon {
		return hostport, ""
	}
	return hostport[:colon], hostport[colon+1:]
}
