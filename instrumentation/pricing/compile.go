package pricing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// compile turns a decoded file into a layer. It reports the first thing that
// cannot be used; lint reports all of them with their lines.
func compile(f *pricefile.File) (*layer, error) {
	if f.Format != pricefile.FormatVersion {
		return nil, fmt.Errorf("format: %d is not known; this release reads format %d", f.Format, pricefile.FormatVersion)
	}
	l := &layer{
		version:   f.Version,
		providers: make(map[string]*provider, len(f.Providers)),
		gateways:  lowerAll(f.Gateways),
		sources:   f.Sources,
	}
	for i := range f.Providers {
		p, err := compileProvider(&f.Providers[i])
		if err != nil {
			return nil, fmt.Errorf("providers[%d]%w", i, err)
		}
		if l.providers[p.name] != nil {
			return nil, fmt.Errorf("providers[%d].name: %q appears twice", i, p.name)
		}
		l.providers[p.name] = p
	}
	for i := range f.Adjustments {
		a, err := compileAdjustment(&f.Adjustments[i])
		if err != nil {
			return nil, fmt.Errorf("adjustments[%d]%w", i, err)
		}
		l.adjustments = append(l.adjustments, a)
	}
	for i := range f.Commitments {
		c, err := compileCommitment(&f.Commitments[i])
		if err != nil {
			return nil, fmt.Errorf("commitments[%d]%w", i, err)
		}
		l.commitments = append(l.commitments, c)
	}
	return l, l.checkPrecision()
}

func compileProvider(f *pricefile.Provider) (*provider, error) {
	if f.Name == "" {
		return nil, fmt.Errorf(".name: is missing")
	}
	p := &provider{
		name:        strings.ToLower(f.Name),
		aliases:     lowerAll(f.Aliases),
		router:      f.Router,
		vendorCost:  f.VendorCost,
		maker:       f.Proprietary,
		freeRefusal: f.FreeRefusals,
		byID:        make(map[string][]*row),
		aliased:     make(map[string][]aliasPeriod),
	}
	var err error
	if p.defaultTTL, err = parseTTL(f.DefaultCacheTTL); err != nil {
		return nil, fmt.Errorf(".default_cache_ttl: %w", err)
	}
	if p.fees, err = parseRates(f.Fees); err != nil {
		return nil, fmt.Errorf(".fees%w", err)
	}
	if p.hosts, err = compileHosts(f); err != nil {
		return nil, err
	}
	for i, source := range f.OpenWeights {
		pat, err := parsePattern(source)
		if err != nil {
			return nil, fmt.Errorf(".open_weights[%d]: %w", i, err)
		}
		p.open = append(p.open, pat)
	}
	for i := range f.Models {
		r, err := compileRow(&f.Models[i])
		if err != nil {
			return nil, fmt.Errorf(".models[%d]%w", i, err)
		}
		r.resold = f.Reseller
		if err := p.add(r, &f.Models[i]); err != nil {
			return nil, fmt.Errorf(".models[%d]%w", i, err)
		}
	}
	for i := range f.Aliased {
		if err := p.alias(&f.Aliased[i]); err != nil {
			return nil, fmt.Errorf(".aliased[%d]%w", i, err)
		}
	}
	return p, nil
}

func (p *provider) add(r *row, f *pricefile.Model) error {
	p.rows = append(p.rows, r)
	for i, id := range f.IDs {
		id = strings.ToLower(id)
		for _, other := range p.byID[id] {
			if other.region == r.region {
				return fmt.Errorf(".ids[%d]: %q already belongs to model %q", i, id, other.model)
			}
		}
		p.byID[id] = append(p.byID[id], r)
	}
	for i, source := range f.Patterns {
		pat, err := parsePattern(source)
		if err != nil {
			return fmt.Errorf(".patterns[%d]: %w", i, err)
		}
		if pat.opensWithPlaceholder() && !f.CatchAll {
			return fmt.Errorf(".patterns[%d]: %q begins with a placeholder and would match ids of any family; begin with text, or set catch_all", i, source)
		}
		p.addPattern(pat, r)
	}
	return nil
}

func (p *provider) addPattern(pat pattern, r *row) {
	for i := range p.patterns {
		if p.patterns[i].pattern.source == pat.source {
			p.patterns[i].rows = append(p.patterns[i].rows, r)
			return
		}
	}
	p.patterns = append(p.patterns, patternRow{pat, []*row{r}})
}

func (p *provider) alias(f *pricefile.Alias) error {
	id := strings.ToLower(f.ID)
	if id == "" {
		return fmt.Errorf(".id: is missing")
	}
	if p.aliased[id] != nil || p.byID[id] != nil {
		return fmt.Errorf(".id: %q is already used", id)
	}
	history := f.History
	if f.Model != "" {
		if len(history) > 0 {
			return fmt.Errorf(".model: give model or history, not both")
		}
		history = []pricefile.AliasPeriod{{Model: f.Model}}
	}
	if len(history) == 0 {
		return fmt.Errorf(".model: is missing")
	}
	for i, h := range history {
		s, err := parseSpan(h.From, h.Until)
		if err != nil {
			return fmt.Errorf(".history[%d]%w", i, err)
		}
		p.aliased[id] = append(p.aliased[id], aliasPeriod{s, strings.ToLower(h.Model)})
	}
	return nil
}

func compileRow(f *pricefile.Model) (*row, error) {
	if f.Model == "" {
		return nil, fmt.Errorf(".model: is missing")
	}
	if len(f.IDs)+len(f.Patterns) == 0 {
		return nil, fmt.Errorf(".ids: a model needs at least one id or pattern")
	}
	if len(f.Cards) == 0 {
		return nil, fmt.Errorf(".cards: a model needs at least one price card")
	}
	if f.GPUs < 0 {
		return nil, fmt.Errorf(".gpus: %d is negative", f.GPUs)
	}
	r := &row{
		model:  f.Model,
		region: strings.ToLower(f.Region),
		gpus:   max(f.GPUs, 1),
		file:   f,
	}
	for i, source := range f.Except {
		pat, err := parsePattern(source)
		if err != nil {
			return nil, fmt.Errorf(".except[%d]: %w", i, err)
		}
		r.except = append(r.except, pat)
	}
	for i := range f.Cards {
		c, err := compileCard(&f.Cards[i])
		if err != nil {
			return nil, fmt.Errorf(".cards[%d]%w", i, err)
		}
		if c == nil {
			continue // cancelled
		}
		if mode := f.Cards[i].Mode; mode == "" || mode == modeStandard {
			r.standard = append(r.standard, c)
		} else {
			if r.modes == nil {
				r.modes = make(map[string][]*card)
			}
			r.modes[mode] = append(r.modes[mode], c)
		}
	}
	for i := range f.Modifiers {
		m, err := compileModifier(&f.Modifiers[i])
		if err != nil {
			return nil, fmt.Errorf(".modifiers[%d]%w", i, err)
		}
		r.modifiers = append(r.modifiers, m)
	}
	return r, nil
}

// Statuses of a card. A cancelled card can never be reached; an unknown one
// states that no one knows the price of its time.
const (
	statusEffective  = "effective"
	statusAnnounced  = "announced"
	statusUnverified = "unverified"
	statusCancelled  = "cancelled"
	statusUnknown    = "unknown"
)

func compileCard(f *pricefile.Card) (*card, error) {
	c := &card{known: true}
	switch f.Status {
	case "", statusEffective:
	case statusAnnounced:
		c.flags |= PriceAnnounced
	case statusUnverified:
		c.flags |= PriceUnverified
	case statusCancelled:
		return nil, nil
	case statusUnknown:
		c.known = false
	default:
		return nil, fmt.Errorf(".status: %q is not one of effective, announced, unverified, cancelled, unknown", f.Status)
	}
	var err error
	if c.span, err = parseSpan(f.From, f.Until); err != nil {
		return nil, err
	}
	if c.rates, err = parseRates(f.Rates); err != nil {
		return nil, fmt.Errorf(".rates%w", err)
	}
	if c.known && len(f.Rates) == 0 {
		return nil, fmt.Errorf(".rates: is empty; where the price is not known set status to unknown")
	}
	if !c.known && len(f.Rates) > 0 {
		return nil, fmt.Errorf(".rates: a card of status unknown has none")
	}
	c.free = c.rates.allZero()
	for i, ft := range f.Tiers {
		t := tier{over: ft.Over, inclusive: ft.Inclusive}
		if t.rates, err = parseRates(ft.Rates); err != nil {
			return nil, fmt.Errorf(".tiers[%d].rates%w", i, err)
		}
		if ft.Over <= 0 {
			return nil, fmt.Errorf(".tiers[%d].over_input_tokens: %d is not above 0", i, ft.Over)
		}
		if len(ft.Rates) == 0 {
			return nil, fmt.Errorf(".tiers[%d].rates: is empty", i)
		}
		c.tiers = append(c.tiers, t)
	}
	slices.SortFunc(c.tiers, func(a, b tier) int { return int(min(max(a.over-b.over, -1), 1)) })
	for i := range f.Windows {
		w, err := compileWindow(&f.Windows[i])
		if err != nil {
			return nil, fmt.Errorf(".windows[%d]%w", i, err)
		}
		c.windows = append(c.windows, w)
	}
	if len(c.tiers) > 0 && len(c.windows) > 0 {
		return nil, fmt.Errorf(".windows: a card has tiers or windows, not both")
	}
	return c, nil
}

var modifierFields = []string{"data_residency", "inference_geo", "region"}

func compileModifier(f *pricefile.Modifier) (modifier, error) {
	var m modifier
	var err error
	if m.multiplier, err = parseAmount(f.Multiplier); err != nil {
		return m, fmt.Errorf(".multiplier: %w", err)
	}
	if len(f.When) == 0 {
		return m, fmt.Errorf(".when: is empty; a modifier needs a condition")
	}
	for _, field := range modifierFields {
		if values, ok := f.When[field]; ok {
			m.conditions = append(m.conditions, condition{field, lowerAll(values)})
		}
	}
	if len(m.conditions) != len(f.When) {
		return m, fmt.Errorf(".when: has a key other than %s", strings.Join(modifierFields, ", "))
	}
	return m, nil
}

func compileAdjustment(f *pricefile.Adjustment) (adjustment, error) {
	a := adjustment{provider: strings.ToLower(f.Provider)}
	var err error
	if a.provider == "" {
		return a, fmt.Errorf(".provider: is missing; \"*\" means every provider")
	}
	if a.span, err = parseSpan(f.From, f.Until); err != nil {
		return a, err
	}
	if a.multiplier, err = parseAmount(f.Multiplier); err != nil {
		return a, fmt.Errorf(".multiplier: %w", err)
	}
	switch f.AppliesTo {
	case "", "all":
	case "tokens":
		a.tokensOnly = true
	default:
		return a, fmt.Errorf(".applies_to: %q is not all or tokens", f.AppliesTo)
	}
	for i, source := range f.Models {
		pat, err := parsePattern(source)
		if err != nil {
			return a, fmt.Errorf(".models[%d]: %w", i, err)
		}
		a.models = append(a.models, pat)
	}
	return a, nil
}
