package genainormalizerprocessor

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/attribution"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/dialect"
)

// Config of the processor.
type Config struct {
	// KeepOriginal leaves the attributes of the foreign dialect on the span
	// next to the normalised ones. Default: false.
	KeepOriginal bool `mapstructure:"keep_original"`

	// Attribution says whom calls are for where their spans do not.
	Attribution Attribution `mapstructure:"attribution"`

	// Content is the policy for messages, prompts and results.
	Content Content `mapstructure:"content"`

	_ struct{}
}

// Attribution says whom calls are for where their spans do not.
type Attribution struct {
	// Keys names, for each of user, department, application, team,
	// cost_center and purpose, further attributes to look for, the best first: on the span
	// (where instrumentations also put baggage), then on the resource.
	// Default: none.
	Keys map[string][]string `mapstructure:"keys"`

	// Tables are CSV or YAML files that fill in one attribution by another, in
	// this order. They are read again when they change. Default: none.
	Tables []string `mapstructure:"tables"`

	// Required lists the attributions a call must have. Default: none.
	Required []string `mapstructure:"required"`

	// OnMissing is the treatment of a call without a required attribution:
	// label counts it and lets it pass, to be reported as (unattributed);
	// reject counts it and drops it. Default: label.
	OnMissing OnMissing `mapstructure:"on_missing"`

	_ struct{}
}

// OnMissing is the treatment of a call without a required attribution.
type OnMissing string

// Values of OnMissing.
const (
	LabelMissing  OnMissing = "label"
	RejectMissing OnMissing = "reject"
)

// Content is the policy for messages, prompts and results, which many
// emitters put on their spans without being asked.
type Content struct {
	// Policy is keep, drop, truncate or redact. Default: drop.
	Policy dialect.ContentPolicy `mapstructure:"policy"`

	// MaxBytes is the length texts are cut to by truncate and redact; 0 does
	// not cut. Default: 2048.
	MaxBytes int `mapstructure:"max_bytes"`

	// Patterns are regular expressions (RE2) that redact replaces, next to the
	// built-in ones for e-mail addresses, card numbers, keys and tokens.
	// Default: none.
	Patterns []string `mapstructure:"patterns"`

	_ struct{}
}

// builtinPatterns are those that redact always replaces: the secrets and personal
// data that have a form of their own.
var builtinPatterns = []*regexp.Regexp{
	regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`),                             // e-mail address
	regexp.MustCompile(`\b(?:\d[ -]?){12,18}\d\b`),                                                   // payment card
	regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b`),                // IBAN
	regexp.MustCompile(`\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}`),                                          // OpenAI, Anthropic and Stripe keys
	regexp.MustCompile(`\bAKIA[0-9A-Z]{16}\b`),                                                       // AWS access key
	regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}`),                                                    // Google API key
	regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}`),                                               // GitHub token
	regexp.MustCompile(`\bxox[abprs]-[A-Za-z0-9-]{10,}`),                                             // Slack token
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}`),             // JSON web token
	regexp.MustCompile(`(?i)\bbearer +[A-Za-z0-9._~+/-]{8,}=*`),                                      // authorization header
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----`), // private key
}

var _ component.Config = (*Config)(nil)

func createDefaultConfig() component.Config {
	return &Config{
		Attribution: Attribution{OnMissing: LabelMissing},
		Content:     Content{Policy: dialect.ContentDrop, MaxBytes: 2048},
	}
}

// Validate checks the configuration.
func (c *Config) Validate() error {
	return errors.Join(c.Attribution.validate(), c.Content.validate())
}

func (a *Attribution) validate() error {
	var errs []error
	for dimension := range a.Keys {
		if !isDimension(dimension) {
			errs = append(errs, fmt.Errorf("attribution::keys::%s: must be one of %s", dimension, dimensionNames()))
		}
	}
	for i, path := range a.Tables {
		if path == "" {
			errs = append(errs, fmt.Errorf("attribution::tables[%d] is empty: must be the path of a CSV or YAML file", i))
		}
	}
	for i, dimension := range a.Required {
		if !isDimension(dimension) {
			errs = append(errs, fmt.Errorf("attribution::required[%d] is %q: must be one of %s", i, dimension, dimensionNames()))
		}
	}
	switch a.OnMissing {
	case LabelMissing, RejectMissing:
	default:
		errs = append(errs, fmt.Errorf("attribution::on_missing is %q: must be %q or %q", a.OnMissing, LabelMissing, RejectMissing))
	}
	return errors.Join(errs...)
}

func (c *Content) validate() error {
	var errs []error
	switch c.Policy {
	case dialect.ContentKeep, dialect.ContentDrop, dialect.ContentTruncate, dialect.ContentRedact:
	default:
		errs = append(errs, fmt.Errorf("content::policy is %q: must be keep, drop, truncate or redact", c.Policy))
	}
	if c.MaxBytes < 0 {
		errs = append(errs, fmt.Errorf("content::max_bytes is %d: must be zero (no limit) or more", c.MaxBytes))
	}
	if c.Policy == dialect.ContentTruncate && c.MaxBytes == 0 {
		errs = append(errs, errors.New("content::max_bytes is 0: truncate needs a length to cut to"))
	}
	for i, pattern := range c.Patterns {
		if _, err := regexp.Compile(pattern); err != nil {
			errs = append(errs, fmt.Errorf("content::patterns[%d]: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func isDimension(name string) bool {
	return slices.Contains(attribution.Dimensions, attribution.Dimension(name))
}

func dimensionNames() string {
	names := make([]string, len(attribution.Dimensions))
	for i, d := range attribution.Dimensions {
		names[i] = string(d)
	}
	return strings.Join(names, ", ")
}

// options are the configuration as the engine takes it.
func (c *Config) options() (dialect.Options, error) {
	options := dialect.Options{
		KeepOriginal: c.KeepOriginal,
		Guard:        dialect.Guard{Policy: c.Content.Policy, MaxBytes: c.Content.MaxBytes, Patterns: builtinPatterns},
	}
	for _, pattern := range c.Content.Patterns {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			return options, fmt.Errorf("content::patterns: %w", err)
		}
		options.Guard.Patterns = append(slices.Clip(options.Guard.Patterns), compiled)
	}
	for _, d := range attribution.Dimensions {
		for _, key := range c.Attribution.Keys[string(d)] {
			options.Keys = append(options.Keys, dialect.Mapping{From: key, To: dialect.FieldOf(d)})
		}
	}
	for _, name := range c.Attribution.Required {
		options.Required = append(options.Required, dialect.FieldOf(attribution.Dimension(name)))
	}
	return options, nil
}
