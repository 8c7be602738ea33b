package pricing

import (
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"
)

// Change is one rate that two catalogues state differently at a moment.
type Change struct {
	Provider string
	ID       string // model id, as calls name it
	Region   string
	Mode     string
	Applies  string // tier or window, "" = always
	Kind     string // as on lines
	Before   *udecimal.Decimal
	After    *udecimal.Decimal // nil where one side states no rate
}

// Diff lists the rates that differ between two catalogues at a moment, id by
// id and sorted. Ids that only one of them knows are left out unless all is
// set.
func Diff(before, after *Catalogue, at time.Time, all bool) []Change {
	a, b := before.ratesByID(at), after.ratesByID(at)
	var changes []Change
	for id, rates := range a {
		other, shared := b[id]
		if !shared && !all {
			continue
		}
		for key, rate := range rates {
			if now, ok := other[key]; !ok {
				changes = append(changes, key.change(id, &rate, nil))
			} else if !now.Equal(rate) {
				changes = append(changes, key.change(id, &rate, &now))
			}
		}
	}
	for id, rates := range b {
		other, shared := a[id]
		if !shared && !all {
			continue
		}
		for key, rate := range rates {
			if _, ok := other[key]; !ok {
				changes = append(changes, key.change(id, nil, &rate))
			}
		}
	}
	slices.SortFunc(changes, func(x, y Change) int { return strings.Compare(x.order(), y.order()) })
	return changes
}

type (
	idKey   struct{ provider, id, region string }
	rateKey struct{ mode, applies, kind string }
)

func (k rateKey) change(id idKey, before, after *udecimal.Decimal) Change {
	return Change{
		Provider: id.provider, ID: id.id, Region: id.region,
		Mode: k.mode, Applies: k.applies, Kind: k.kind,
		Before: before, After: after,
	}
}

func (c *Change) order() string {
	return strings.Join([]string{c.Provider, c.ID, c.Region, c.Mode, c.Applies, c.Kind}, "\x00")
}

// ratesByID gathers the rates valid at a time under every id of a row.
func (c *Catalogue) ratesByID(at time.Time) map[idKey]map[rateKey]udecimal.Decimal {
	byID := make(map[idKey]map[rateKey]udecimal.Decimal)
	for _, e := range slices.Backward(c.Entries()) { // the operator's own rows last: they win
		rates := make(map[rateKey]udecimal.Decimal)
		for _, r := range e.Rates() {
			if r.InForce(at) {
				rates[rateKey{r.Mode, r.Applies, r.Kind}] = r.Amount
			}
		}
		if len(rates) == 0 {
			continue
		}
		for _, id := range slices.Concat(e.IDs, e.Patterns) {
			byID[idKey{e.Provider, strings.ToLower(id), strings.ToLower(e.Region)}] = rates
		}
	}
	return byID
}
