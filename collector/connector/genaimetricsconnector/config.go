package genaimetricsconnector

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
)

// Config of the connector.
type Config struct {
	// FlushInterval is the time between two emissions. Default: 10s.
	FlushInterval time.Duration `mapstructure:"flush_interval"`

	// SeriesExpiration is how long a series is kept without a call. Default: 1h.
	SeriesExpiration time.Duration `mapstructure:"series_expiration"`

	// SettleAfter is how long a call seen by a framework or a vendor's SDK waits
	// for a span of the same call closer to the vendor, before it is counted. Calls seen
	// by the otelgenai transport do not wait. Default: 5s.
	SettleAfter time.Duration `mapstructure:"settle_after"`

	// V141 emits, next to the current GenAI metrics, the pair of the conventions
	// up to v1.41 (gen_ai.client.operation.duration for model calls and
	// gen_ai.client.token.usage), which most existing dashboards query.
	// Default: true.
	V141 bool `mapstructure:"v1_41_metrics"`

	// ClientMetrics is the treatment of the metrics that applications send
	// themselves and that are derived from spans here as well: drop or keep.
	// Everything else they send is forwarded. Default: drop.
	ClientMetrics ClientMetrics `mapstructure:"client_metrics"`

	// Limits bounds the number of series.
	Limits Limits `mapstructure:"limits"`

	_ struct{}
}

// Limits bounds the number of series. What exceeds a limit is counted under
// the value "(other)"; sums stay right.
type Limits struct {
	// Users is the number of distinct values of the label user; 0 leaves the
	// label away. Default: 1000.
	Users int `mapstructure:"users"`

	// Values is the number of distinct values of every other label. Default: 500.
	Values int `mapstructure:"values"`

	// Series is the number of attribute sets of one metric. Default: 50000.
	Series int `mapstructure:"series"`

	// Spans is the number of spans remembered to tell the several spans of one
	// call (about 200 bytes each); over it the oldest are settled early.
	// Default: 200000.
	Spans int `mapstructure:"spans"`

	_ struct{}
}

// ClientMetrics says what to do with metrics that would count calls twice.
type ClientMetrics string

// Values of ClientMetrics.
const (
	DropClientMetrics ClientMetrics = "drop"
	KeepClientMetrics ClientMetrics = "keep"
)

var _ component.Config = (*Config)(nil)

func createDefaultConfig() component.Config {
	return &Config{
		FlushInterval:    10 * time.Second,
		SeriesExpiration: time.Hour,
		SettleAfter:      5 * time.Second,
		V141:             true,
		ClientMetrics:    DropClientMetrics,
		Limits:           Limits{Users: 1000, Values: 500, Series: 50_000, Spans: 200_000},
	}
}

// Validate checks the configuration.
func (c *Config) Validate() error {
	var errs []error
	if c.FlushInterval <= 0 {
		errs = append(errs, fmt.Errorf("flush_interval is %v: must be greater than zero", c.FlushInterval))
	}
	if c.SeriesExpiration < c.FlushInterval {
		errs = append(errs, fmt.Errorf("series_expiration is %v: must be at least flush_interval (%v), otherwise a series expires before it is exported", c.SeriesExpiration, c.FlushInterval))
	}
	if c.SettleAfter < 0 {
		errs = append(errs, fmt.Errorf("settle_after is %v: must be zero (count at once) or more", c.SettleAfter))
	}
	switch c.ClientMetrics {
	case DropClientMetrics, KeepClientMetrics:
	default:
		errs = append(errs, fmt.Errorf("client_metrics is %q: must be %q or %q", c.ClientMetrics, DropClientMetrics, KeepClientMetrics))
	}
	if c.Limits.Users < 0 {
		errs = append(errs, fmt.Errorf("limits::users is %d: must be zero (no user label) or more", c.Limits.Users))
	}
	if c.Limits.Values < 1 {
		errs = append(errs, fmt.Errorf("limits::values is %d: must be at least 1", c.Limits.Values))
	}
	if c.Limits.Series < 1 {
		errs = append(errs, fmt.Errorf("limits::series is %d: must be at least 1", c.Limits.Series))
	}
	if c.Limits.Spans < 1 {
		errs = append(errs, fmt.Errorf("limits::spans is %d: must be at least 1", c.Limits.Spans))
	}
	return errors.Join(errs...)
}
