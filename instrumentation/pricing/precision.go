package pricing

import (
	"fmt"

	"github.com/quagmt/udecimal"
)

// maxDigits is how many decimal digits an amount may have: the scale of the
// ledger's money columns.
const maxDigits = 18

var one = udecimal.MustFromInt64(1, 0)

// checkPrecision rejects rates whose products with every modifier and
// adjustment of the layer could need more digits than the ledger keeps.
func (l *layer) checkPrecision() error {
	for _, p := range l.providers {
		if err := checkDigits(p.name, "fees", &p.fees, l.adjustmentDigits(p.name, nil)); err != nil {
			return err
		}
		for _, r := range p.rows {
			digits := l.adjustmentDigits(p.name, r)
			for _, m := range r.modifiers {
				digits += m.multiplier.Prec()
			}
			for _, rates := range r.allRates() {
				if err := checkDigits(p.name, r.model, rates, digits); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func checkDigits(provider, model string, rates *rateSet, digits int) error {
	for b := range bucketCount {
		rate, ok := rates.get(b)
		if n := rate.Prec() + digits + int(bucketSpecs[b].digits); ok && n > maxDigits {
			return fmt.Errorf("provider %s, model %s: rate %s %s needs %d decimal digits with its modifiers and adjustments; at most %d are exact", provider, model, bucketSpecs[b].key, rate, n, maxDigits)
		}
	}
	return nil
}

// adjustmentDigits is how many digits the adjustments that may meet at one
// moment add to a row; a nil row means all of the provider.
func (l *layer) adjustmentDigits(provider string, r *row) int {
	most := 0
	for i := range l.adjustments {
		if !l.adjustments[i].mayMeet(provider, r) {
			continue
		}
		digits := 0
		for k := range l.adjustments {
			a := &l.adjustments[k]
			if a.mayMeet(provider, r) && overlap(&a.span, &l.adjustments[i].span) {
				digits += a.multiplier.Prec()
			}
		}
		most = max(most, digits)
	}
	return most
}

// mayMeet reports whether the adjustment can apply to a row; ids that only a
// pattern covers are taken to be met.
func (a *adjustment) mayMeet(provider string, r *row) bool {
	if r == nil || len(r.file.Patterns) > 0 {
		return a.provider == "*" || a.provider == provider
	}
	for _, id := range append([]string{r.model}, r.file.IDs...) {
		if a.matches(provider, r.model, lower(id)) {
			return true
		}
	}
	return false
}

// allRates lists every rate set of the row.
func (r *row) allRates() []*rateSet {
	var sets []*rateSet
	add := func(cards []*card) {
		for _, c := range cards {
			sets = append(sets, &c.rates)
			for i := range c.tiers {
				sets = append(sets, &c.tiers[i].rates)
			}
			for i := range c.windows {
				sets = append(sets, &c.windows[i].rates)
			}
		}
	}
	add(r.standard)
	for _, cards := range r.modes {
		add(cards)
	}
	return sets
}
