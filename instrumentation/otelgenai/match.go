package otelgenai

import (
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/provider"
)

// target is the destination of a request; its api is nil for requests that
// are no LLM calls.
type target struct {
	provider *genai.Provider
	api      *genai.API
	model    string // where the path names it
	region   string // cloud.region, where the address names it
	unlisted bool   // known by the path alone: the body has to agree
}

func (t *Transport) recognise(req *http.Request) target {
	if req.URL == nil {
		return target{}
	}
	to, unlisted := t.address(req), false
	if to.API == nil && t.cfg.unlistedHosts {
		to, unlisted = t.unlisted(req), true
	}
	if to.API == nil || to.API.Results != nil && to.API.Results.Maybe && !t.cfg.batchResults {
		return target{}
	}
	for _, keep := range t.cfg.filters {
		if !keep(req) {
			return target{}
		}
	}
	return target{provider: to.Provider, api: to.API, model: to.Model, region: to.Region, unlisted: unlisted}
}

// address finds the door by the host, first among those the user has named, and
// the API by the path.
func (t *Transport) address(req *http.Request) provider.Target {
	hostport := strings.ToLower(req.URL.Host) // no copy where it is lower case
	host, port := splitHost(hostport)
	if to := t.named(req, host, port); to.API != nil {
		return to
	}
	return provider.Find(hostport, host, req.Method, req.URL.Path)
}

// named looks among the hosts that the user has named, first by the port.
func (t *Transport) named(req *http.Request, host, port string) provider.Target {
	endpoints := t.cfg.endpoints[host]
	if endpoints == nil {
		return provider.Target{}
	}
	for _, port := range [2]int{portOf(port, req.URL.Scheme), 0} {
		for _, e := range endpoints {
			if e.port != port {
				continue
			}
			if to := provider.At(e.provider, req.Method, req.URL.Path); to.API != nil {
				return to
			}
		}
	}
	return provider.Target{}
}

// unlisted finds what a request to any other host may be, by its path.
func (t *Transport) unlisted(req *http.Request) provider.Target {
	if req.Method != http.MethodPost || req.Body == nil {
		return provider.Target{}
	}
	host, _ := splitHost(strings.ToLower(req.URL.Host))
	return provider.Unlisted(host, req.URL.Path)
}

// splitHost takes a host and its port apart, and the brackets off an IPv6
// address, or the dot that ends a full name.
func splitHost(hostport string) (host, port string) {
	colon := strings.LastIndexByte(hostport, ':')
	if rest, ok := strings.CutPrefix(hostport, "["); ok {
		if end := strings.IndexByte(rest, ']'); end >= 0 {
			return rest[:end], strings.TrimPrefix(rest[end+1:], ":")
		}
	}
	if colon < 0 || strings.IndexByte(hostport, ':') != colon {
		return strings.TrimSuffix(hostport, "."), ""
	}
	return strings.TrimSuffix(hostport[:colon], "."), hostport[colon+1:]
}
