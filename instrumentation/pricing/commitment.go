package pricing

import (
	"fmt"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// Commitment is a fixed monthly cost that no single call owns: provisioned
// throughput, a dedicated endpoint, a seat. It is no part of any call's price:
// CoversModel tells the calls it means, and Spread divides it over them.
type Commitment struct {
	Name     string
	Provider string           // catalogue name, "" = every provider
	Monthly  udecimal.Decimal // USD for each calendar month, UTC
	Notes    string

	span
	models []pattern
}

func compileCommitment(f *pricefile.Commitment) (Commitment, error) {
	c := Commitment{Name: f.Name, Provider: strings.ToLower(f.Provider), Notes: f.Notes}
	if f.Name == "" {
		return c, fmt.Errorf(".name: is missing")
	}
	var err error
	if c.Monthly, err = parseAmount(f.Monthly); err != nil {
		return c, fmt.Errorf(".usd_per_month: %w", err)
	}
	if c.span, err = parseSpan(f.From, f.Until); err != nil {
		return c, err
	}
	for i, source := range f.Models {
		pat, err := parsePattern(source)
		if err != nil {
			return c, fmt.Errorf(".models[%d]: %w", i, err)
		}
		c.models = append(c.models, pat)
	}
	return c, nil
}

// Commitments lists the fixed costs of a month: those valid at any time of
// it, each for the whole month.
func (c *Catalogue) Commitments(month time.Time) []Commitment {
	from := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.UTC)
	period := span{from, from.AddDate(0, 1, 0)}
	var found []Commitment
	for _, l := range c.layers {
		for _, commitment := range l.commitments {
			if overlap(&commitment.span, &period) {
				found = append(found, commitment)
			}
		}
	}
	return found
}

// CoversModel reports whether calls to a model share the commitment.
func (c *Commitment) CoversModel(provider, model string) bool {
	if c.Provider != "" && c.Provider != provider {
		return false
	}
	for i := range c.models {
		if c.models[i].match(lower(model)) {
			return true
		}
	}
	return len(c.models) == 0
}

// Spread divides an amount in proportion to weights, such as the cost or the
// tokens of each department. The shares add up to the amount exactly: what
// rounding to the ledger's last digit leaves over goes to the heaviest. With
// no weight at all nothing can be spread and nil is returned.
func Spread(amount udecimal.Decimal, weights []udecimal.Decimal) ([]udecimal.Decimal, error) {
	total, heaviest := udecimal.Decimal{}, 0
	for i, weight := range weights {
		if weight.IsNeg() {
			return nil, fmt.Errorf("weights[%d]: %s is negative", i, weight)
		}
		total = total.Add(weight)
		if weight.GreaterThan(weights[heaviest]) {
			heaviest = i
		}
	}
	if total.IsZero() {
		return nil, nil
	}
	shares := make([]udecimal.Decimal, len(weights))
	rest := amount
	for i, weight := range weights {
		fraction, err := weight.Div(total)
		if err != nil {
			return nil, fmt.Errorf("weights[%d]: %w", i, err)
		}
		shares[i] = amount.Mul(fraction).Trunc(maxDigits)
		rest = rest.Sub(shares[i])
	}
	shares[heaviest] = shares[heaviest].Add(rest)
	return shares, nil
}
