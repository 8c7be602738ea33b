// Package provider is the registry of the doors to vendors' models: hosts,
// paths, formats and names, as data.
package provider

import (
	"slices"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// All lists every door; the order is that in which those of one host are tried.
var All = slices.Concat(makers, clouds, resellers, gateways, servers)

// Target is the destination of a request; its API is nil where the request is
// no LLM call.
type Target struct {
	Provider *genai.Provider
	API      *genai.API
	Model    string // where the path names it
	Region   string // where the address names it
}

// door is a provider behind one of its host patterns.
type door struct {
	pattern  pattern
	provider *genai.Provider
}

// index finds doors by host.
type index struct {
	exact map[string][]door // by the whole host, with the port where the door has one
	wild  map[string][]door // by the last two labels of a host, with the dot before them
}

var doors = newIndex(All)

func newIndex(all []*genai.Provider) *index {
	x := &index{exact: map[string][]door{}, wild: map[string][]door{}}
	for _, p := range all {
		for _, hosts := range p.Hosts {
			for _, text := range expand(hosts) {
				x.add(text, p)
			}
		}
	}
	return x
}

func (x *index) add(host string, p *genai.Provider) {
	d := door{compile(host), p}
	if len(d.pattern.holes) == 0 {
		x.exact[host] = append(x.exact[host], d)
		return
	}
	domain := domain(d.pattern.tail())
	if domain == "" {
		panic("provider: host pattern " + host + ": no domain after the last hole")
	}
	x.wild[domain] = append(x.wild[domain], d)
}

// domain is the last two labels of a host, with the dot before them; empty
// where there is none.
func domain(host string) string {
	last := strings.LastIndexByte(host, '.')
	if last < 0 {
		return ""
	}
	if i := strings.LastIndexByte(host[:last], '.'); i >= 0 {
		return host[i:]
	}
	return ""
}

// Find looks a request up by its host, in lower case and without its port, by
// host and port where the address names a port, and by method and path.
func Find(hostport, host, method, path string) Target {
	if len(hostport) != len(host) {
		if t := route(doors.exact[hostport], host, method, path); t.API != nil {
			return t
		}
	}
	if t := route(doors.exact[host], host, method, path); t.API != nil {
		return t
	}
	if key := domain(host); key != "" {
		return route(doors.wild[key], host, method, path)
	}
	return Target{}
}

// route tries doors in their order.
func route(doors []door, host, method, path string) Target {
	for i := range doors {
		region, ok := "", len(doors[i].pattern.holes) == 0
		if !ok {
			region, ok = doors[i].pattern.match(host)
		}
		if !ok {
			continue
		}
		if t := At(doors[i].provider, method, path); t.API != nil {
			if t.Region == "" {
				t.Region = region
			}
			return t
		}
	}
	return Target{}
}

// At finds the API behind a path of a door.
func At(p *genai.Provider, method, path string) Target {
	api, model := p.Route(method, path)
	if api == nil {
		return Target{}
	}
	return Target{Provider: p, API: api, Model: model, Region: p.PathRegion(path)}
}

// Named is the first door of a provider's name, nil where there is none.
func Named(name string) *genai.Provider {
	for _, p := range All {
		if p.Name == name {
			return p
		}
	}
	return nil
}
