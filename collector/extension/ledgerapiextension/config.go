package ledgerapiextension

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/spanledger/spanledger/collector/internal/unknownkeys"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

var (
	_ component.Config    = (*Config)(nil)
	_ confmap.Unmarshaler = (*Config)(nil)
)

// Config is the extension's YAML.
type Config struct {
	// Server holds endpoint (default 127.0.0.1:8890), tls, auth and the other
	// settings of collector HTTP servers.
	Server confighttp.ServerConfig `mapstructure:",squash"`

	// Store is the ledger to read: the same DSN as the endpoint of the
	// cost_ledger exporter. Required.
	Store configopaque.String `mapstructure:"store"`

	// Budgets is the file of budgets, whose state is then served at /metrics
	// for Prometheus and at /v1/budgets. Default: none.
	Budgets string `mapstructure:"budgets"`

	// Metrics is a second server that answers at /metrics and nowhere else, so
	// that Prometheus can be let in where no one is to read the ledger. Without
	// budgets it has nothing to tell. Default: none.
	Metrics configoptional.Optional[confighttp.ServerConfig] `mapstructure:"metrics"`

	// ChargebackRules is the file of rules by which /v1/reports/chargeback charges
	// a month. Default: every department pays its own calls.
	ChargebackRules string `mapstructure:"chargeback_rules"`

	// ChargebackBook is the folder of closed months, which are answered as they
	// were closed. Default: none.
	ChargebackBook string `mapstructure:"chargeback_book"`

	// Revenue is a CSV or YAML file of revenue by day and by the values of one dimension,
	// which gives /v1/reports/unit by that dimension its margin. It is read for each
	// question. Default: none.
	Revenue string `mapstructure:"revenue"`

	// UI serves the page at /. Beyond loopback it takes Token or auth. Default:
	// false.
	UI bool `mapstructure:"ui"`

	// Token is the bearer token of every request, save those for the page's own
	// files. Default: none.
	Token configopaque.String `mapstructure:"token"`

	// AdminToken lets a client that may read also change the ledger: retention, repair, repricing, voiding, forgetting. Those who may read
	// the file next to a DuckDB file need none. Default: none, no other client may.
	AdminToken configopaque.String `mapstructure:"admin_token"`

	// Insecure serves the ledger beyond loopback without Token, auth or client
	// certificates, where something else decides who reaches it. Default: false.
	Insecure bool `mapstructure:"insecure"`

	// PublicURL is where clients reach the server, behind a proxy for instance.
	// Default: where it listens.
	PublicURL string `mapstructure:"public_url"`

	// TraceURL is where a run is in a trace viewer, with {trace_id} in place of
	// its id, such as http://127.0.0.1:16686/trace/{trace_id}. Default: none.
	TraceURL string `mapstructure:"trace_url"`

	// PriceFile is the price_file of genai_cost, which explains prices. Default:
	// the built-in prices.
	PriceFile string `mapstructure:"price_file"`

	// DeadLetter is the dead_letter file of the cost_ledger exporter, which the
	// page counts. Default: none.
	DeadLetter string `mapstructure:"dead_letter"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Unmarshal rejects unknown keys.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return unknownkeys.Unmarshal(conf, c) }

// Validate reports the first setting that cannot work.
func (c *Config) Validate() error {
	if c.Server.NetAddr.Endpoint == "" {
		return errors.New(`endpoint: empty: expected host:port, such as "127.0.0.1:8890"`)
	}
	if c.Metrics.HasValue() && c.Metrics.Get().NetAddr.Endpoint == "" {
		return errors.New(`metrics::endpoint: empty: expected host:port, such as "127.0.0.1:8891"`)
	}
	if c.Store == "" {
		return errors.New("store: empty: set it to the endpoint of the cost_ledger exporter, such as duckdb://spanledger-data/ledger.duckdb")
	}
	if err := ledgerstore.Validate(string(c.Store)); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return c.validatePage()
}

func (c *Config) validatePage() error {
	if c.Token != "" && c.Server.Auth.HasValue() {
		return errors.New("token: auth is set as well: give one of them")
	}
	if endpoint := c.Server.NetAddr.Endpoint; !onLoopback(endpoint) && c.Token == "" && !c.Server.Auth.HasValue() {
		if c.UI {
			return fmt.Errorf("ui: would show the ledger to everyone who reaches %s: set token or auth, or listen on loopback, such as %s", endpoint, DefaultEndpoint)
		}
		if !c.Insecure && !c.asksForCertificates() {
			return fmt.Errorf("endpoint %s: everyone who reaches it could read the ledger: set token, auth or tls::client_ca_file, listen on loopback, such as %s, or set insecure to true if a proxy controls access", endpoint, DefaultEndpoint)
		}
	}
	for key, value := range map[string]string{"public_url": c.PublicURL, "trace_url": strings.ReplaceAll(c.TraceURL, traceIDMark, "id")} {
		if u, err := url.Parse(value); value != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("%s %q: expected a URL such as https://ledger.example", key, value)
		}
	}
	if c.TraceURL != "" && !strings.Contains(c.TraceURL, traceIDMark) {
		return fmt.Errorf("trace_url %q: has no %s, such as http://127.0.0.1:16686/trace/%s", c.TraceURL, traceIDMark, traceIDMark)
	}
	return nil
}

func (c *Config) asksForCertificates() bool {
	return c.Server.TLS.HasValue() && c.Server.TLS.Get().ClientCAFile != ""
}

// traceIDMark means the id of a run in TraceURL.
const traceIDMark = "{trace_id}"
