package budgetguard

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// defaultMaxAge outlasts a restart of the collector, and is short against a
// period.
const defaultMaxAge = 15 * time.Minute

type config struct {
	token      string
	http       *http.Client
	failClosed bool
	maxAge     time.Duration
	budgets    map[string]bool // nil = all
	dimensions map[string]string
	logger     *slog.Logger
	caps       []Cap
	catalogue  *pricing.Catalogue // nil = the built-in one
	instance   string             // of this process, in reports of caps
}

// Option changes how a [Guard] works.
type Option interface {
	apply(*config)
}

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

func newConfig(opts []Option) config {
	c := config{
		http:       http.DefaultClient,
		maxAge:     defaultMaxAge,
		dimensions: map[string]string{},
		logger:     slog.Default(),
		instance:   rand.Text(),
	}
	// The collector takes the service's name for the application of calls that
	// name none.
	if service := os.Getenv("OTEL_SERVICE_NAME"); service != "" {
		c.dimensions["service"], c.dimensions["application"] = service, service
	}
	for _, o := range opts {
		if o != nil {
			o.apply(&c)
		}
	}
	return c
}

// WithToken sends a bearer token to the collector. The default sends none.
func WithToken(token string) Option {
	return optionFunc(func(c *config) { c.token = token })
}

// WithHTTPClient sets the client that asks the collector. The default is
// [http.DefaultClient]; nil is ignored.
func WithHTTPClient(client *http.Client) Option {
	return optionFunc(func(c *config) {
		if client != nil {
			c.http = client
		}
	})
}

// WithFailClosed stops every call with a [*StateUnknownError] while the state
// of budgets is not known: before the first answer of the collector, and when
// the last one is older than the maximal age. The default lets calls go.
func WithFailClosed() Option {
	return optionFunc(func(c *config) { c.failClosed = true })
}

// WithMaxAge sets how long the last answer is good for when no newer one can be
// had. The default is 15 minutes; zero and less are ignored.
func WithMaxAge(d time.Duration) Option {
	return optionFunc(func(c *config) {
		if d > 0 {
			c.maxAge = d
		}
	})
}

// WithBudgets enforces only the budgets of these names. The default is all that
// the collector has; no names are ignored.
func WithBudgets(names ...string) Option {
	return optionFunc(func(c *config) {
		for _, name := range names {
			if c.budgets == nil {
				c.budgets = map[string]bool{}
			}
			c.budgets[name] = true
		}
	})
}

// WithDimension says what holds for every call of this process where the call
// itself does not say: ("environment", "production"), ("department", "claims").
// Dimensions are named as in reports. The default for application and service is
// $OTEL_SERVICE_NAME.
func WithDimension(dimension, value string) Option {
	return optionFunc(func(c *config) { c.dimensions[dimension] = value })
}

// WithLogger sets where warnings go. The default is [slog.Default]; nil is
// ignored.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.logger = l
		}
	})
}

// WithCap adds a cap to those of the collector's file of budgets. Caps add up; the
// first that refuses a call stops it.
func WithCap(c Cap) Option {
	return optionFunc(func(cfg *config) { cfg.caps = append(cfg.caps, c) })
}

// WithPrices sets the price list by which [Guard.Observe] counts a call before the
// ledger has it: the collector's, where that has a price file of its own. The default
// is the built-in one; nil is ignored.
func WithPrices(prices *pricing.Catalogue) Option {
	return optionFunc(func(c *config) {
		if prices != nil {
			c.catalogue = prices
		}
	})
}

// prices is the price list, which is read when it is first needed.
func (c *config) prices() *pricing.Catalogue {
	if c.catalogue != nil {
		return c.catalogue
	}
	return pricing.Default()
}
