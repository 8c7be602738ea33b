package ledgerapiextension

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

var _ component.Config = (*Config)(nil)

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
	// that Prometheus can be let in where nobody is to read the ledger. Without
	// budgets it has nothing to tell. Default: none.
	Metrics configoptional.Optional[confighttp.ServerConfig] `mapstructure:"metrics"`

	// ChargebackRules is the file of rules by which /v1/reports/chargeback charges
	// a month. Default: every department pays its own calls.
	ChargebackRules string `mapstructure:"chargeback_rules"`

	// ChargebackBook is the folder of closed months, which are answered as they
	// were closed. Default: none.
	ChargebackBook string `mapstructure:"chargeback_book"`

	// prevent unkeyed literal initialization
	_ struct{}
}

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
	return nil
}
