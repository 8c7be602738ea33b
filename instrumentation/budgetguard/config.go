package budgetguard

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// defaultMaxAge is longer than a restart of the collector, and short compared with a
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
	// The collector does the same for calls without an application.
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

// WithHTTPClient sets the client for requests to the collector. The default is
// [http.DefaultClient]; nil is ignored.
func WithHTTPClient(client *http.Client) Option {
	return optionFunc(func(c *config) {
		if client != nil {
			c.http = client
		}
	})
}

// WithFailClosed stops every call with a [*StateUnknownError] while the state of
// budgets is not known: before the first answer of the collector, and if the last
// answer is older than [WithMaxAge]. By default these calls are allowed.
func WithFailClosed() Option {
	return optionFunc(func(c *config) { c.failClosed = true })
}

// WithMaxAge sets how long the last answer is used if the collector no longer
// answers. The default is 15 minutes; zero and less are ignored.
func WithMaxAge(d time.Duration) Option {
	return optionFunc(func(c *config) {
		if d > 0 {
			c.maxAge = d
		}
	})
}

// WithBudgets enforces only the budgets with these names. The default is all budgets
// of the collector; a call without names is ignored.
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

// WithDimension sets the value of a dimension for calls of this process that have
// none, for example ("environment", "production") or ("department", "claims").
// Dimensions have the names of reports. The default for application and service is
// $OTEL_SERVICE_NAME.
func WithDimension(dimension, value string) Option {
	return optionFunc(func(c *config) { c.dimensions[dimension] = value })
}

// WithLogger sets the logger for warnings. The default is [slog.Default]; nil is
// ignored.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.logger = l
		}
	})
}

// WithCap adds a cap to those of the collector's budgets file. All caps apply.
func WithCap(c Cap) Option {
	return optionFunc(func(cfg *config) { cfg.caps = append(cfg.caps, c) })
}

// WithPrices sets the catalogue with which [Guard.Observe] prices a call. Use the
// collector's price file, if it has one. The default is the built-in prices; nil is
// ignored.
func WithPrices(prices *pricing.Catalogue) Option {
	return optionFunc(func(c *config) {
		if prices != nil {
			c.catalogue = prices
		}
	})
}

// prices is the catalogue, which is read when it is first needed.
func (c *config) prices() *pricing.Catalogue {
	if c.catalogue != nil {
		return c.catalogue
	}
	return pricing.Default()
}
