package pricing

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// hostTemplate recognises a vendor's host, and the region or residency zone
// some of them carry in their name: "{region}-aiplatform.googleapis.com".
type hostTemplate struct {
	prefix, suffix string
	wild           bool // {region}, {zone} or * between prefix and suffix
	region         bool
	residency      bool
}

func parseHost(text string) (hostTemplate, error) {
	text = strings.ToLower(text)
	for _, hole := range []string{"{region}", "{zone}", "*"} {
		if prefix, suffix, ok := strings.Cut(text, hole); ok {
			if strings.ContainsAny(prefix+suffix, "{}*") || len(suffix) < 4 {
				return hostTemplate{}, fmt.Errorf("%q: a host has one {region}, {zone} or * and a domain after it", text)
			}
			return hostTemplate{prefix: prefix, suffix: suffix, wild: true}, nil
		}
	}
	if text == "" || strings.ContainsAny(text, "{}*/ ") {
		return hostTemplate{}, fmt.Errorf("%q is not a host name", text)
	}
	return hostTemplate{prefix: text}, nil
}

// compileHosts puts the templates that name a region or zone first: they say more.
func compileHosts(f *pricefile.Provider) ([]hostTemplate, error) {
	var hosts []hostTemplate
	for _, list := range []struct {
		key               string
		texts             []string
		region, residency bool
	}{
		{key: "region_hosts", texts: f.RegionHosts, region: true},
		{key: "residency_hosts", texts: f.ResidencyHosts, residency: true},
		{key: "hosts", texts: f.Hosts},
	} {
		for i, text := range list.texts {
			h, err := parseHost(text)
			if err != nil {
				return nil, fmt.Errorf(".%s[%d]: %w", list.key, i, err)
			}
			h.region, h.residency = list.region, list.residency
			hosts = append(hosts, h)
		}
	}
	return hosts, nil
}

// parseGateway reads a gateway: a host name, or one with a * in it.
func parseGateway(text string) (hostTemplate, error) {
	host := cleanHost(text)
	if host == "" || strings.ContainsAny(host, `/ {}[],"'`) {
		return hostTemplate{}, fmt.Errorf("%q is not a host name or address", text)
	}
	if prefix, suffix, wild := strings.Cut(host, "*"); wild {
		if strings.Contains(suffix, "*") {
			return hostTemplate{}, fmt.Errorf("%q: only one * is allowed", text)
		}
		return hostTemplate{prefix: prefix, suffix: suffix, wild: true}, nil
	}
	return hostTemplate{prefix: host}, nil
}

// isOneOf reports a host that a list names.
func isOneOf(list []hostTemplate, host string) bool {
	for i := range list {
		if _, ok := list[i].match(host); ok {
			return true
		}
	}
	return false
}

// match returns what is in the hole; ok is false for another host.
func (h *hostTemplate) match(host string) (hole string, ok bool) {
	if !h.wild {
		return "", host == h.prefix
	}
	if len(host) <= len(h.prefix)+len(h.suffix) || !strings.HasPrefix(host, h.prefix) || !strings.HasSuffix(host, h.suffix) {
		return "", false
	}
	return host[len(h.prefix) : len(host)-len(h.suffix)], true
}

// cleanHost lower-cases a server address and drops its port.
func cleanHost(address string) string {
	host := lower(address)
	if inner, rest, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok && host[0] == '[' && (rest == "" || rest[0] == ':' && allDigits(rest[1:])) {
		return inner // an IPv6 address
	}
	if i := strings.LastIndexByte(host, ':'); i > 0 && strings.Count(host, ":") == 1 && allDigits(host[i+1:]) {
		host = host[:i]
	}
	return strings.TrimSuffix(host, ".")
}

// isPrivateHost reports an address that no vendor serves from: loopback,
// private and link-local networks, single-label and local names.
func isPrivateHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast() || addr.IsUnspecified()
	}
	if !strings.Contains(host, ".") {
		return true
	}
	for _, suffix := range []string{".localhost", ".local", ".internal", ".lan", ".svc"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}

// lower is strings.ToLower that returns lower-case ASCII as it is.
func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' || c >= 0x80 {
			return strings.ToLower(s)
		}
	}
	return s
}
