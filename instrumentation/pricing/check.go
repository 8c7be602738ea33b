package pricing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// check reports what a decoded file says that cannot be or is rarely meant.
func (l *linter) check(f *pricefile.File) {
	if f.Format != pricefile.FormatVersion {
		l.errorf("format", "%d is not known; this release reads format %d", f.Format, pricefile.FormatVersion)
		return
	}
	for i, gateway := range f.Gateways {
		if _, err := parseGateway(gateway); err != nil {
			l.errorf(fmt.Sprintf("gateways[%d]", i), "%v", err)
		}
	}
	names := make(map[string]string)
	for i := range f.Providers {
		l.checkProvider(f, i, names)
	}
	for i := range f.Adjustments {
		if _, err := compileAdjustment(&f.Adjustments[i]); err != nil {
			l.compileError(fmt.Sprintf("adjustments[%d]", i), err)
		}
		l.checkMultiplier(fmt.Sprintf("adjustments[%d].multiplier", i), f.Adjustments[i].Multiplier)
	}
	for i := range f.Commitments {
		if _, err := compileCommitment(&f.Commitments[i]); err != nil {
			l.compileError(fmt.Sprintf("commitments[%d]", i), err)
		}
	}
	if len(onlyErrors(l.problems)) == 0 {
		if _, err := compile(f); err != nil {
			l.errorf("", "%v", err)
		}
	}
}

// compileError reports an error of the compile functions, which open with the
// rest of the path.
func (l *linter) compileError(path string, err error) {
	rest, message, ok := strings.Cut(err.Error(), ": ")
	if !ok || strings.Contains(rest, " ") {
		l.errorf(path, "%v", err)
		return
	}
	l.errorf(path+rest, "%s", message)
}

func (l *linter) checkProvider(f *pricefile.File, i int, names map[string]string) {
	p := &f.Providers[i]
	path := fmt.Sprintf("providers[%d]", i)
	shell := *p
	shell.Models, shell.Aliased = nil, nil
	target, err := compileProvider(&shell)
	if err != nil {
		l.compileError(path, err)
		return
	}
	for k, name := range append([]string{p.Name}, p.Aliases...) {
		at := path + ".name"
		if k > 0 {
			at = fmt.Sprintf("%s.aliases[%d]", path, k-1)
		}
		name = strings.ToLower(name)
		if owner, taken := names[name]; taken {
			l.errorf(at, "%q already names provider %s", name, owner)
		}
		names[name] = p.Name
	}
	l.checkSources(path+".fee_sources", f, p.FeeSources)
	for k := range p.Models {
		l.checkModel(f, target, fmt.Sprintf("%s.models[%d]", path, k), &p.Models[k])
	}
	for k := range p.Aliased {
		at := fmt.Sprintf("%s.aliased[%d]", path, k)
		if err := target.alias(&p.Aliased[k]); err != nil {
			l.compileError(at, err)
			continue
		}
		l.checkSources(at+".sources", f, p.Aliased[k].Sources)
		l.checkPeriods(at+".history", target.aliased[strings.ToLower(p.Aliased[k].ID)], func(h aliasPeriod) span { return h.span })
	}
}

func (l *linter) checkModel(f *pricefile.File, p *provider, path string, m *pricefile.Model) {
	l.checkSources(path+".sources", f, m.Sources)
	switch m.Confidence {
	case "", "A", "B", "C":
	default:
		l.errorf(path+".confidence", "%q is not A, B or C", m.Confidence)
	}
	if m.CatchAll && len(m.Patterns) == 0 {
		l.errorf(path+".catch_all", "is set but the model has no pattern")
	}
	bad := false
	for k := range m.Cards {
		at := fmt.Sprintf("%s.cards[%d]", path, k)
		if _, err := compileCard(&m.Cards[k]); err != nil {
			l.compileError(at, err)
			bad = true
		}
		l.checkSources(at+".sources", f, m.Cards[k].Sources)
	}
	if bad {
		return
	}
	r, err := compileRow(m)
	if err != nil {
		l.compileError(path, err)
		return
	}
	if err := p.add(r, m); err != nil {
		l.compileError(path, err)
		return
	}
	for k := range m.Modifiers {
		l.checkMultiplier(fmt.Sprintf("%s.modifiers[%d].multiplier", path, k), m.Modifiers[k].Multiplier)
	}
	l.checkCards(path, m, r)
}

// checkCards looks at each mode's periods, then at rates that are out of
// proportion: the shapes of nearly every wrong price ever published.
func (l *linter) checkCards(path string, m *pricefile.Model, r *row) {
	byMode := map[string][]placedCard{}
	for k := range m.Cards {
		if m.Cards[k].Status == statusCancelled {
			continue
		}
		c, err := compileCard(&m.Cards[k])
		if err != nil {
			continue
		}
		mode := m.Cards[k].Mode
		if mode == "" {
			mode = modeStandard
		}
		byMode[mode] = append(byMode[mode], placedCard{fmt.Sprintf("%s.cards[%d]", path, k), c})
	}
	for _, mode := range sortedKeys(byMode) {
		cards := byMode[mode]
		for k := 1; k < len(cards); k++ {
			l.checkFollows(cards[k].path, cards[k-1].card.span, cards[k].card.span)
		}
		for _, c := range cards {
			l.checkProportions(c.path+".rates", &c.card.rates)
			for k := range c.card.tiers {
				l.checkProportions(fmt.Sprintf("%s.tiers[%d].rates", c.path, k), &c.card.tiers[k].rates)
			}
			for k := 1; k < len(c.card.tiers); k++ {
				if c.card.tiers[k].over == c.card.tiers[k-1].over {
					l.errorf(c.path+".tiers", "two tiers begin at %d input tokens", c.card.tiers[k].over)
				}
			}
			for k := range c.card.windows {
				l.checkProportions(fmt.Sprintf("%s.windows[%d].rates", c.path, k), &c.card.windows[k].rates)
			}
			if mode == "batch" || mode == "flex" {
				l.checkDiscount(c, r)
			}
		}
	}
}

type placedCard struct {
	path string
	card *card
}

// checkPeriods checks that periods follow each other.
func (l *linter) checkPeriods(path string, periods []aliasPeriod, of func(aliasPeriod) span) {
	for k := 1; k < len(periods); k++ {
		l.checkFollows(fmt.Sprintf("%s[%d]", path, k), of(periods[k-1]), of(periods[k]))
	}
}

// checkFollows wants each period to begin where the one before it ends.
func (l *linter) checkFollows(path string, before, after span) {
	switch {
	case before.until.IsZero():
		l.errorf(path, "overlaps the period before it, which has no until")
	case after.from.IsZero():
		l.errorf(path, "overlaps the period before it: it has no from")
	case after.from.Before(before.until):
		l.errorf(path+".from", "overlaps the period before it, which ends %s", before.until.Format(timeFormat))
	case after.from.After(before.until):
		l.errorf(path+".from", "leaves a gap after the period before it, which ends %s; state the gap with a card of status unknown", before.until.Format(timeFormat))
	}
}

const timeFormat = "2006-01-02T15:04:05Z"

// checkProportions warns of rates in an order no vendor uses.
func (l *linter) checkProportions(path string, rates *rateSet) {
	l.checkMagnitudes(path, rates)
	in, hasInput := rates.get(input)
	if !hasInput {
		return
	}
	for _, rule := range [...]struct {
		bucket bucket
		above  bool
	}{{cacheRead, false}, {cacheWrite, true}, {cacheWrite1h, true}} {
		rate, ok := rates.get(rule.bucket)
		if !ok {
			continue
		}
		if cmp := rate.Cmp(in); rule.above && cmp < 0 || !rule.above && cmp > 0 {
			l.warnf(path+"."+bucketSpecs[rule.bucket].key, "%s with an input rate of %s: cache reads should cost at most as much as input, cache writes at least", rate, in)
		}
	}
	if out, ok := rates.get(output); ok && out.LessThan(in) {
		l.warnf(path+".output", "%s is below the input rate of %s: are they swapped?", out, in)
	}
}

var (
	leastDiscounted = udecimal.MustParse("0.3")
	mostDiscounted  = udecimal.MustParse("1")
)

// checkDiscount warns of a batch or flex card that is no discount, or a wild one.
func (l *linter) checkDiscount(c placedCard, r *row) {
	for _, standard := range r.standard {
		if !overlap(&standard.span, &c.card.span) {
			continue
		}
		base, hasBase := standard.rates.get(input)
		rate, ok := c.card.rates.get(input)
		if !ok || !hasBase || base.IsZero() {
			continue
		}
		if rate.LessThan(base.Mul(leastDiscounted)) || rate.GreaterThan(base.Mul(mostDiscounted)) {
			l.warnf(c.path+".rates.input", "%s with a standard rate of %s: known discounts are 20 to 70 percent", rate, base)
		}
	}
}

func overlap(a, b *span) bool {
	return (a.until.IsZero() || b.from.IsZero() || b.from.Before(a.until)) &&
		(b.until.IsZero() || a.from.IsZero() || a.from.Before(b.until))
}

func (l *linter) checkSources(path string, f *pricefile.File, keys []string) {
	for i, key := range keys {
		if _, ok := f.Sources[key]; !ok && len(f.Sources) > 0 {
			l.errorf(fmt.Sprintf("%s[%d]", path, i), "%q is not among the file's sources", key)
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
