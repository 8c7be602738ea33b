package reportapi

import "github.com/spanledger/spanledger/collector/report/chargeback"

type config struct {
	rules chargeback.Rules
	book  *chargeback.Book // nil = no month is closed
}

// Option changes how Handler answers.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

func newConfig(opts []Option) *config {
	c := &config{}
	for _, opt := range opts {
		if opt != nil {
			opt.apply(c)
		}
	}
	return c
}

// WithChargebackRules sets how a month is charged. The default charges every
// department its own calls.
func WithChargebackRules(rules chargeback.Rules) Option {
	return optionFunc(func(c *config) { c.rules = rules })
}

// WithChargebackBook gives closed months as they were closed, and corrects them
// in the month after. The default, nil, is that none is closed.
func WithChargebackBook(book *chargeback.Book) Option {
	return optionFunc(func(c *config) { c.book = book })
}
