package pricing

import (
	"maps"
	"slices"
	"time"
)

// behindGateway identifies a model that was reached at a private or unlisted
// address. One that only its maker sells can be no other than the maker's, behind
// a gateway: it is priced at the maker's list, and flagged. Any other may run on
// hardware of the operator's own.
func (c *Catalogue) behindGateway(s *subject, id string, at time.Time) bool {
	if c.madeBy(s, s.provider, id, at) {
		return true
	}
	for _, maker := range c.makers {
		if maker != s.provider && c.madeBy(s, maker, id, at) {
			return true
		}
	}
	return false
}

// madeBy settles the subject as a model of a maker, where it is one that runs
// nowhere else.
func (c *Catalogue) madeBy(s *subject, maker, id string, at time.Time) bool {
	if !slices.Contains(c.makers, maker) {
		return false
	}
	found := *s
	found.provider, found.reason = maker, ""
	if !c.search(&found, id, at) || c.isOpenWeights(maker, found.id) {
		return false
	}
	found.flags |= GatewayAssumed
	*s = found
	return true
}

func (c *Catalogue) isOpenWeights(maker, id string) bool {
	for _, l := range c.layers {
		if p := l.providers[maker]; p != nil {
			for i := range p.open {
				if p.open[i].match(id) {
					return true
				}
			}
		}
	}
	return false
}

// makersOf lists the providers whose models run nowhere else, in order of name.
func makersOf(layers []*layer) []string {
	names := make(map[string]bool)
	for _, l := range layers {
		for name, p := range l.providers {
			if p.maker {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// WithSelfHosted returns a catalogue that prices no call to the named hosts:
// servers of the operator's own, whatever they call their models. A * means
// any text.
func (c *Catalogue) WithSelfHosted(hosts ...string) (*Catalogue, error) {
	changed := *c
	changed.selfHosted = slices.Clone(c.selfHosted)
	var err error
	changed.selfHosted, err = appendHosts(changed.selfHosted, hosts)
	return &changed, err
}
