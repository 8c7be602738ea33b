package genaicostprocessor

import (
	"fmt"

	"go.opentelemetry.io/collector/component"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Config of the processor.
type Config struct {
	// PriceFile is a catalogue file of the operator, which overrides the
	// built-in prices: negotiated discounts, private models, GPU hours. It is
	// read again when it changes; a file with errors is refused and the last
	// good one kept. Default: none.
	PriceFile string `mapstructure:"price_file"`
	// Gateways are hosts on private networks that pass calls on to a vendor,
	// whose price then applies; * means any text. At other private hosts, a
	// model that only its maker sells is priced by the maker's list and flagged
	// gateway_assumed; any other is unpriced, with the reason self_hosted.
	// Default: none.
	Gateways []string `mapstructure:"gateways"`
	// SelfHosted are hosts of model servers of your own: no call to them has a
	// vendor's price, regardless of the model is called; * means any text.
	// Default: none.
	SelfHosted []string `mapstructure:"self_hosted"`
	// UnknownModel is the treatment of a model without a price: unpriced, or
	// {fallback: provider/model} to bill it as another one, flagged on the
	// span. Default: unpriced.
	UnknownModel UnknownModel `mapstructure:"unknown_model"`
	// LineItems writes the positions of each bill on the span, as JSON.
	// Default: true.
	LineItems bool `mapstructure:"line_items"`

	_ struct{}
}

// UnknownModel is the treatment of models that no price is known for.
type UnknownModel struct {
	// Fallback is the provider/model to bill them as; empty leaves them unpriced.
	Fallback string `mapstructure:"fallback"`
}

// UnmarshalText reads the one-word form.
func (u *UnknownModel) UnmarshalText(text []byte) error {
	if string(text) != "unpriced" {
		return fmt.Errorf("unknown_model: %q is neither unpriced nor {fallback: provider/model}", text)
	}
	*u = UnknownModel{}
	return nil
}

var _ component.Config = (*Config)(nil)

func createDefaultConfig() component.Config {
	return &Config{LineItems: true}
}

// Validate names the key that is wrong and what belongs there.
func (c *Config) Validate() error {
	_, err := c.base()
	return err
}

// base is the built-in prices with the settings that do not come from the
// price file.
func (c *Config) base() (*pricing.Catalogue, error) {
	catalogue, err := pricing.Default().WithGateways(c.Gateways...)
	if err != nil {
		return nil, fmt.Errorf("gateways: %w", err)
	}
	if catalogue, err = catalogue.WithSelfHosted(c.SelfHosted...); err != nil {
		return nil, fmt.Errorf("self_hosted: %w", err)
	}
	if c.UnknownModel.Fallback == "" {
		return catalogue, nil
	}
	if catalogue, err = catalogue.WithFallback(c.UnknownModel.Fallback); err != nil {
		return nil, fmt.Errorf("unknown_model::fallback: %w", err)
	}
	return catalogue, nil
}
