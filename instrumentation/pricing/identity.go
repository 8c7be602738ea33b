package pricing

import (
	"strings"
	"time"
)

// subject holds what a call is priced as, once its provider, model and endpoint
// have been read.
type subject struct {
	seller    *seller
	id        string // as looked up
	region    string
	residency string
	rows      []*row
	flags     Flags
	gateway   bool // what answered is not known to be the provider
	reason    Reason
	detail    string
}

// identify finds the rows of the model of a call. Ids are compared whole,
// after taking off spellings that are known to mean the same; nothing is
// matched by prefix, substring or likeness.
func (c *Catalogue) identify(call *Call) subject {
	s := subject{
		seller:    noSeller,
		region:    lower(call.Region),
		residency: lower(call.DataResidency),
	}
	id := lower(strings.TrimSpace(call.Model()))
	if id == "" {
		s.reason = NoModel
		return s
	}
	c.identifyProvider(call, &s, &id)
	if s.gateway && c.behindGateway(&s, id, call.Start) {
		return s
	}
	if s.reason != "" {
		return s
	}
	s.detail = id
	if c.search(&s, id, call.Start) {
		return s
	}
	if call.ResponseModel != "" && call.RequestModel != "" {
		request := lower(strings.TrimSpace(call.RequestModel))
		// The models of Bedrock write their makers' names into answers.
		if (s.seller.name == "aws-bedrock" || sameModelSpelled(request, id)) && c.search(&s, request, call.Start) {
			s.flags |= RequestModelUsed
			return s
		}
	}
	if s.reason == "" {
		s.reason = UnknownModel
	}
	return s
}

// otherProvider is the value of gen_ai.provider.name for a vendor without one.
const otherProvider = "_OTHER"

// identifyProvider settles who bills the call. The host that answered says
// more than the name an SDK reports; a vendor prefix in the model id counts
// only where the provider is a router or not named at all.
func (c *Catalogue) identifyProvider(call *Call, s *subject, id *string) {
	by := c.seller(lower(call.Provider))
	if call.ServerAddress != "" {
		host := cleanHost(call.ServerAddress)
		owner, hole, found := c.hostOwner(host, by)
		switch {
		case found:
			by = owner.seller
			if owner.template.region && s.region == "" {
				s.region = hole
			}
			if owner.template.residency && s.residency == "" {
				s.residency = hole
			}
		case isOneOf(c.selfHosted, host):
			s.seller, s.reason, s.detail = by, SelfHosted, host
			return
		case isOneOf(c.gateways, host):
		case by.hasHosts && isPrivateHost(host):
			s.seller, s.reason, s.detail, s.gateway = by, SelfHosted, host, true
			return
		case call.Provider == "" || call.Provider == otherProvider:
			s.gateway = true // an address that no vendor is known by
		}
	}
	if location, model, ok := vertexPath(*id); ok {
		if vertex, ok := c.names["gcp.vertex_ai"]; ok {
			by = vertex
		}
		if s.region == "" {
			s.region = location
		}
		*id = model
	}
	if call.Provider == "" && by == noSeller || by.router {
		prefix, rest, ok := strings.Cut(*id, "/")
		target, isProvider := c.names[prefix]
		if !ok || !isProvider {
			s.seller, s.detail = by, *id
			s.gateway = s.gateway || by != noSeller
			if s.reason = UnknownModel; by == noSeller {
				s.reason = UnknownProvider
			}
			return
		}
		by, *id = target, rest
	}
	if by == noSeller {
		s.reason, s.detail = UnknownProvider, call.Provider
		return
	}
	s.seller = by
}

// hostOwner finds the provider that serves from a host. Several providers may
// share one; the named provider is preferred.
func (c *Catalogue) hostOwner(host string, named *seller) (owner hostOwner, hole string, ok bool) {
	if owner, ok = c.hosts[host]; ok {
		return owner, "", true
	}
	for i := range c.wild {
		h, matched := c.wild[i].template.match(host)
		if matched && (!ok || c.wild[i].seller == named && owner.seller != named) {
			owner, hole, ok = c.wild[i], h, true
		}
	}
	return owner, hole, ok
}

// search looks an id up, then its known spellings, until one has rows.
func (c *Catalogue) search(s *subject, id string, at time.Time) bool {
	if c.find(s, id, at) {
		return true
	}
	for prefix, rest, ok := strings.Cut(id, "/"); ok; prefix, rest, ok = strings.Cut(rest, "/") {
		if c.seller(prefix) != s.seller && !isPathWord(prefix) {
			break
		}
		id = rest
		if c.find(s, id, at) {
			return true
		}
	}
	// Claude Code appends [1m] to the name of a model it runs with a long window.
	if base, ok := strings.CutSuffix(id, "[1m]"); ok {
		return c.search(s, base, at)
	}
	switch s.seller.name {
	case "google-vertex":
		return c.searchVertex(s, id, at)
	case "aws-bedrock":
		return c.searchBedrock(s, id, at)
	}
	return false
}

// isPathWord reports the fixed parts of resource names, which carry no meaning
// for the price.
func isPathWord(word string) bool {
	switch word {
	case "models", "publishers", "converse", "invoke":
		return true
	}
	return false
}

// searchVertex reads the ways Vertex AI writes a version: x@default or
// x@20251001 for x, and x-20251001 in answers for x@20251001.
func (c *Catalogue) searchVertex(s *subject, id string, at time.Time) bool {
	for _, publisher := range [...]string{"google/", "anthropic/", "models/"} {
		id = strings.TrimPrefix(id, publisher)
	}
	if c.find(s, id, at) {
		return true
	}
	if base, version, ok := strings.Cut(id, "@"); ok && (version == "default" || isStamp(version)) {
		return c.find(s, base, at)
	}
	if i := strings.LastIndexByte(id, '-'); i > 0 && isStamp(id[i+1:]) {
		return c.find(s, id[:i]+"@"+id[i+1:], at)
	}
	return false
}

// isStamp reports a date without separators: 20251001.
func isStamp(s string) bool { return len(s) == len("20251001") && allDigits(s) }

// searchBedrock reads ARNs, and gives a bare id the row of the region it was
// called in.
func (c *Catalogue) searchBedrock(s *subject, id string, at time.Time) bool {
	if strings.HasPrefix(id, "arn:") {
		region, resource, ok := bedrockARN(id)
		if !ok {
			s.reason, s.detail = OpaqueARN, id
			return false
		}
		id = resource
		if s.region == "" {
			s.region = region
		}
		if hasProfilePrefix(id) && c.find(s, id, at) {
			return true
		}
	}
	if hasProfilePrefix(id) {
		prefix, rest, _ := strings.Cut(id, ".")
		return geographic(prefix) && c.find(s, "geo."+rest, at)
	}
	if s.region != "" && c.find(s, profileZone(s.region)+"."+id, at) {
		return true
	}
	if c.find(s, id, at) {
		return true
	}
	// In-region inference of a model whose rows are all for profiles: the
	// geographic row has the in-region price.
	if c.find(s, "geo."+id, at) || c.find(s, "us."+id, at) {
		if s.region == "" {
			s.flags |= RegionAssumed
		}
		return true
	}
	return false
}

// bedrockARN splits the ARNs that name a model. Application inference
// profiles, provisioned and imported models do not.
func bedrockARN(arn string) (region, id string, ok bool) {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 || fields[2] != "bedrock" {
		return "", "", false
	}
	kind, id, _ := strings.Cut(fields[5], "/")
	return fields[3], id, id != "" && (kind == "inference-profile" || kind == "foundation-model")
}

// hasProfilePrefix reports an id that begins with a cross-region profile.
func hasProfilePrefix(id string) bool {
	prefix, _, _ := strings.Cut(id, ".")
	switch prefix {
	case "global", "us-gov":
		return true
	}
	return geographic(prefix)
}

// geographic reports a profile that keeps a call in one part of the world, at
// one price for all of them unless a row of its own says otherwise.
func geographic(prefix string) bool {
	switch prefix {
	case "us", "eu", "jp", "au", "apac", "ca", "amer", "in", "sa", "me", "geo":
		return true
	}
	return false
}

// profileZone is the profile prefix of an AWS region.
func profileZone(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "us-gov"
	case strings.HasPrefix(region, "ap-northeast-1"), strings.HasPrefix(region, "ap-northeast-3"):
		return "jp"
	case strings.HasPrefix(region, "ap-southeast-2"), strings.HasPrefix(region, "ap-southeast-4"):
		return "au"
	}
	zone, _, _ := strings.Cut(region, "-")
	if zone == "ap" {
		return "apac"
	}
	return zone
}

// vertexPath takes a full Vertex AI resource name apart.
func vertexPath(id string) (location, model string, ok bool) {
	rest, ok := strings.CutPrefix(id, "projects/")
	if !ok {
		return "", "", false
	}
	_, rest, ok = strings.Cut(rest, "/locations/")
	if !ok {
		return "", "", false
	}
	location, rest, ok = strings.Cut(rest, "/publishers/")
	if !ok {
		return "", "", false
	}
	_, model, ok = strings.Cut(rest, "/models/")
	return location, model, ok && model != ""
}

// sameModelSpelled reports whether a response id is the request id without the
// profile, vendor and version parts that Bedrock adds: nothing is lost by
// pricing by the request id then.
func sameModelSpelled(request, response string) bool {
	_, rest, ok := strings.Cut(request, "."+response)
	if !ok || rest == "" {
		return ok
	}
	version, ok := strings.CutPrefix(rest, "-v")
	return ok && allDigits(strings.ReplaceAll(version, ":", ""))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// find looks up one exact id, layer by layer: an alias of the operator's own
// comes before a built-in row of the same id.
func (c *Catalogue) find(s *subject, id string, at time.Time) bool {
	for _, p := range s.seller.layers {
		if rows := p.lookup(id); rows != nil {
			s.rows, s.id = rows, id
			return true
		}
		for i := range p.aliased[id] {
			period := &p.aliased[id][i]
			if !period.covers(at) {
				continue
			}
			if rows := s.seller.lookup(period.model); rows != nil {
				s.rows, s.id = rows, id
				return true
			}
		}
	}
	return false
}

func (p *provider) lookup(id string) []*row {
	if rows := p.byID[id]; rows != nil {
		return rows
	}
	for i := range p.patterns {
		if pr := &p.patterns[i]; pr.pattern.match(id) && !pr.rows[0].excepts(id) {
			return pr.rows
		}
	}
	return nil
}

func (r *row) excepts(id string) bool {
	for i := range r.except {
		if r.except[i].match(id) {
			return true
		}
	}
	return false
}
