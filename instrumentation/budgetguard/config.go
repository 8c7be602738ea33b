package budgetguard

import (
	"log/slog"
	"net/http"
	"os"
	"time"
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
