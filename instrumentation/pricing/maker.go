package pricing

import (
	"slices"
	"time"
)

// behindGateway identifies a model that was reached at a private or unlisted
// address. One that only its maker sells can be no other than the maker's, behind
// a gateway: it is priced at the maker's list, and flagged. Any other may run on
// hardware of the operator's own.
func (c *Catalogue) behindGateway(s *subject, id string, at time.Time) bool {
	if c.madeBy(s, s.seller, id, at) {
		return true
	}
	for _, maker := range c.makers {
		if maker != s.seller && c.madeBy(s, maker, id, at) {
			return true
		}
	}
	return false
}

// madeBy settles the subject as a model of a maker, where it is one that runs
// nowhere else.
func (c *Catalogue) madeBy(s *subject, maker *seller, id string, at time.Time) bool {
	if !maker.maker {
		return false
	}
	found := *s
	found.seller, found.reason = maker, ""
	if !c.search(&found, id, at) || maker.isOpenWeights(found.id) {
		return false
	}
	found.flags |= GatewayAssumed
	*s = found
	return true
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
