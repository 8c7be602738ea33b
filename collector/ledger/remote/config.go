package remote

import (
	"net"
	"net/http"
	"time"
)

const (
	// dialTimeout leaves room for a server across an ocean.
	dialTimeout = 5 * time.Second
	// answerTimeout is longer than the collector gives itself to answer.
	answerTimeout = time.Minute
)

// defaultClient gives up on an API that takes connections and does not answer.
var defaultClient = &http.Client{Transport: &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
	ForceAttemptHTTP2:     true,
	TLSHandshakeTimeout:   dialTimeout,
	ResponseHeaderTimeout: answerTimeout,
	IdleConnTimeout:       answerTimeout,
}}

type config struct {
	http  *http.Client
	token string
	admin string
}

// Option changes how a Client talks.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

func newConfig(opts []Option) config {
	c := config{http: defaultClient}
	for _, opt := range opts {
		if opt != nil {
			opt.apply(&c)
		}
	}
	return c
}

// WithHTTPClient sets the client to send with; the default
// gives up a connection after 5 seconds, and an answer that has not begun after
// a minute. Nil is ignored.
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

// WithAdminToken sends the token that lets a client change the ledger; the default,
// "", sends none.
func WithAdminToken(token string) Option {
	return optionFunc(func(c *config) { c.admin = token })
}
