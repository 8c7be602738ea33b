package pricing

// seller is a provider as all layers of a catalogue together describe it.
type seller struct {
	name   string
	layers []*provider // those that know it; the first that knows a model wins

	router      bool
	vendorCost  bool   // its answers carry the charge itself
	freeRefusal bool   // an answer refused before any output is not billed
	hasHosts    bool   // is known by the hosts it answers from
	maker       bool   // its models run nowhere else
	defaultTTL  bucket // of cache writes without a stated time to live; cacheWrite when not said
	fees        uint64 // buckets that its price list for tools has a rate for
}

// noSeller is the seller of a call that names none.
var noSeller = &seller{defaultTTL: cacheWrite}

// under adds what a layer below says to what the layers above have said of the seller.
func (s *seller) under(p *provider) {
	s.layers = append(s.layers, p)
	s.router = s.router || p.router
	s.vendorCost = s.vendorCost || p.vendorCost
	s.freeRefusal = s.freeRefusal || p.freeRefusal
	s.hasHosts = s.hasHosts || len(p.hosts) > 0
	s.maker = s.maker || p.maker
	s.fees |= p.fees.has
	if s.defaultTTL == cacheWrite {
		s.defaultTTL = p.defaultTTL
	}
}

// lookup finds the rows of an id; an alias is none.
func (s *seller) lookup(id string) []*row {
	for _, p := range s.layers {
		if rows := p.lookup(id); rows != nil {
			return rows
		}
	}
	return nil
}

// isOpenWeights reports a model of the seller that anyone may run.
func (s *seller) isOpenWeights(id string) bool {
	for _, p := range s.layers {
		for i := range p.open {
			if p.open[i].match(id) {
				return true
			}
		}
	}
	return false
}
