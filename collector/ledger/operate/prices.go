package operate

import (
	"fmt"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Prices decide the price of a call, as in the configuration of genai_cost.
type Prices struct {
	// Name and File are a price file and its text, which overrides the built-in prices;
	// the operator's own prices hold when File is empty.
	Name string `json:"name,omitempty"`
	File []byte `json:"file,omitempty"`
	// Gateways are private hosts that are billed as the vendor behind them.
	Gateways []string `json:"gateways,omitempty"`
	// SelfHosted are hosts of your own model servers.
	SelfHosted []string `json:"self_hosted,omitempty"`
	// Fallback is provider/model, whose prices unknown models take.
	Fallback string `json:"unknown_model,omitempty"`
}

// PricesError reports a setting of Prices that is no such thing.
type PricesError struct {
	Setting string // as a flag without its hyphens
	Err     error
}

func (e *PricesError) Error() string { return fmt.Sprintf("%s: %v", e.Setting, e.Err) }

func (e *PricesError) Unwrap() error { return e.Err }

// InvalidRequest marks the error as one of the request.
func (e *PricesError) InvalidRequest() {}

// Catalogue is the prices in full. Own are the prices of the operator, for where no
// file is given.
func (p *Prices) Catalogue(own *pricing.Catalogue) (catalogue *pricing.Catalogue, err error) {
	catalogue = own
	if len(p.File) > 0 {
		over, err := pricing.Parse(p.Name, p.File)
		if err != nil {
			return nil, &PricesError{"price-file", err}
		}
		if catalogue, err = pricing.Default().With(over); err != nil {
			return nil, &PricesError{"price-file", err}
		}
	}
	if catalogue, err = catalogue.WithGateways(p.Gateways...); err != nil {
		return nil, &PricesError{"gateway", err}
	}
	if catalogue, err = catalogue.WithSelfHosted(p.SelfHosted...); err != nil {
		return nil, &PricesError{"self-hosted", err}
	}
	if p.Fallback == "" {
		return catalogue, nil
	}
	if catalogue, err = catalogue.WithFallback(p.Fallback); err != nil {
		return nil, &PricesError{"unknown-model", err}
	}
	return catalogue, nil
}
