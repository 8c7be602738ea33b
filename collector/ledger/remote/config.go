package remote

import "net/http"

type config struct {
	http  *http.Client
	token string
}

// Option changes how a Client talks.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

func newConfig(opts []Option) config {
	c := config{http: http.DefaultClient}
	for _, opt := range opts {
		if opt != nil {
			opt.apply(&c)
		}
	}
	return c
}

// WithHTTPClient sets the client to send with; the default is
// http.DefaultClient. Nil is ignored.
func WithHTTPClient(client *http.Client) Option {
	return optionFunc(func(c *config) {
		if client != nil {
			c.http = client
		}
	})
}

// WithToken sends a bearer token; the default, "", sends none.
func WithToken(token string) Option {
	return optionFunc(func(c *config) { c.token = token })
}
