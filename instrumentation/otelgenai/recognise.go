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
	p := t.providerOf(req.URL.Host)
	if p == nil {
		return target{}
	}
	api, model := p.Route(req.Method, req.URL.Path)
	if api == nil {
		return target{}
	}
	for _, keep := range t.cfg.filters {
		if !keep(req) {
			return target{}
		}
	}
	return target{provider: p, api: api, model: model}
}

func (t *Transport) providerOf(hostport string) *genai.Provider {
	hostport = strings.ToLower(hostport) // no copy where it is lower case
	host := hostname(hostport)
	if len(t.cfg.endpoints) > 0 {
		if p, ok := t.cfg.endpoints[hostport]; ok {
			return p
		}
		if p, ok := t.cfg.endpoints[host]; ok {
			return p
		}
	}
	for _, p := range provider.All {
		if p.Match(host) {
			return p
		}
	}
	return nil
}

// hostname is the host without its port and without the brackets of an IPv6
// address.
func hostname(hostport string) string {
	if rest, ok := strings.CutPrefix(hostport, "["); ok {
		if end := strings.IndexByte(rest, ']'); end >= 0 {
			return rest[:end]
		}
	}
	if i := strings.LastIndexByte(hostport, ':'); i >= 0 && strings.IndexByte(hostport, ':') == i {
		return hostport[:i]
	}
	return hostport
}
