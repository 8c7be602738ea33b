package pricing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// Change is one rate that two catalogues state differently; an empty value
// means that one of them does not state it.
type Change struct {
	Provider string
	Model    string
	Region   string
	Card     string // mode, period and tier or window
	Rate     string // rate key
	Before   string
	After    string
}

// Diff lists the rates that differ between two catalogues, sorted.
func Diff(before, after *Catalogue) []Change {
	a, b := before.rates(), after.rates()
	var changes []Change
	for key, value := range a {
		if b[key] != value {
			key.Before, key.After = value, b[key.bare()]
			changes = append(changes, key)
		}
	}
	for key, value := range b {
		if _, ok := a[key]; !ok {
			key.After = value
			changes = append(changes, key)
		}
	}
	slices.SortFunc(changes, func(x, y Change) int {
		return strings.Compare(x.order(), y.order())
	})
	return changes
}

func (c Change) order() string {
	return strings.Join([]string{c.Provider, c.Model, c.Region, c.Card, c.Rate}, "\x00")
}

func (c Change) bare() Change {
	c.Before, c.After = "", ""
	return c
}

// rates flattens the catalogue: every rate by where it stands.
func (c *Catalogue) rates() map[Change]string {
	flat := make(map[Change]string)
	for _, e := range slices.Backward(c.Entries()) { // the operator's own rows last: they win
		at := Change{Provider: e.Provider, Model: e.Model.Model, Region: e.Region}
		maps.DeleteFunc(flat, func(k Change, _ string) bool {
			return k.Provider == at.Provider && k.Model == at.Model && k.Region == at.Region
		})
		for _, card := range e.Cards {
			at.Card = cardName(&card)
			put(flat, at, card.Rates)
			for _, tier := range card.Tiers {
				sign := ">"
				if tier.Inclusive {
					sign = ">="
				}
				at.Card = fmt.Sprintf("%s, input %s %d", cardName(&card), sign, tier.Over)
				put(flat, at, tier.Rates)
			}
			for _, window := range card.Windows {
				at.Card = cardName(&card) + ", " + window.Name
				put(flat, at, window.Rates)
			}
		}
	}
	return flat
}

func put(flat map[Change]string, at Change, rates map[string]string) {
	for key, text := range rates {
		at.Rate = key
		value := text
		if d, err := parseAmount(text); err == nil {
			value = d.String() // 2.50 and 2.5 are one price
		}
		flat[at] = value
	}
}

// cardName names a card by mode and period.
func cardName(c *pricefile.Card) string {
	name := c.Mode
	if name == "" {
		name = modeStandard
	}
	if c.From != "" {
		name += " from " + c.From
	}
	if c.Until != "" {
		name += " until " + c.Until
	}
	return name
}
