package pricing

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// maxDigits is how many decimal digits an amount may have: the scale of the
// ledger's money columns.
const maxDigits = 18

var one = udecimal.MustFromInt64(1, 0)

// layer is one catalogue file, or several that belong together, made ready for
// lookup. It is not changed once built.
type layer struct {
	version     string
	providers   map[string]*provider // by catalogue name
	adjustments []adjustment
	commitments []Commitment
	gateways    []string
	sources     map[string]pricefile.Source
}

type provider struct {
	name       string
	aliases    []string
	router     bool
	vendorCost bool   // its answers carry the charge itself
	defaultTTL bucket // the bucket cacheWrite stands for; cacheWrite when not said
	fees       rateSet
	hosts      []hostTemplate
	rows       []*row
	byID       map[string][]*row // several where the price depends on the region
	patterns   []patternRow
	aliased    map[string][]aliasPeriod
}

type patternRow struct {
	pattern pattern
	rows    []*row
}

type aliasPeriod struct {
	span
	model string
}

// row is one model at one provider, in one region where that matters.
type row struct {
	model     string
	region    string
	except    []pattern
	gpus      int64
	standard  []*card            // in order of time
	modes     map[string][]*card // other than standard
	modifiers []modifier
	file      *pricefile.Model
}

// span is [from, until); zero times are open ends.
type span struct{ from, until time.Time }

func (s *span) covers(t time.Time) bool {
	return (s.from.IsZero() || !t.Before(s.from)) && (s.until.IsZero() || t.Before(s.until))
}

type card struct {
	span
	rates   rateSet
	tiers   []tier // by threshold, rising
	windows []window
	flags   Flags
	known   bool // false: a stated gap, nobody knows the price
	free    bool // every rate is zero
}

type tier struct {
	over      int64
	inclusive bool
	rates     rateSet
}

func (t *tier) passed(inputTokens int64) bool {
	return inputTokens > t.over || t.inclusive && inputTokens == t.over
}

// modifier multiplies the token rates of a call all of whose conditions hold.
type modifier struct {
	conditions []condition
	multiplier udecimal.Decimal
}

type condition struct {
	field  string
	values []string
}

type adjustment struct {
	span
	provider   string // "*" = every provider
	models     []pattern
	multiplier udecimal.Decimal
	tokensOnly bool
}

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
		name:       strings.ToLower(f.Name),
		aliases:    lowerAll(f.Aliases),
		router:     f.Router,
		vendorCost: f.VendorCost,
		byID:       make(map[string][]*row),
		aliased:    make(map[string][]aliasPeriod),
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
	for i := range f.Models {
		r, err := compileRow(&f.Models[i])
		if err != nil {
			return nil, fmt.Errorf(".models[%d]%w", i, err)
		}
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
			return fmt.Errorf(".patterns[%d]: %q opens with a placeholder and would match ids of any family; begin with text, or set catch_all", i, source)
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
		return fmt.Errorf(".id: %q already has a meaning", id)
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
// states that nobody knows the price of its time.
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

func parseRates(rates map[string]string) (rateSet, error) {
	parsed := make(map[bucket]udecimal.Decimal, len(rates))
	for key, text := range rates {
		b, ok := bucketByKey[key]
		if !ok {
			return rateSet{}, fmt.Errorf(".%s: is not a known rate; known are %s", key, strings.Join(RateKeys(), ", "))
		}
		rate, err := parseAmount(text)
		if err != nil {
			return rateSet{}, fmt.Errorf(".%s: %w", key, err)
		}
		parsed[b] = rate
	}
	return newRateSet(parsed), nil
}

// maxAmount bounds rates, multipliers and monthly amounts, so that no product
// leaves the range of the ledger's columns.
var maxAmount = udecimal.MustFromInt64(1_000_000_000, 0)

func parseAmount(text string) (udecimal.Decimal, error) {
	if text == "" {
		return udecimal.Decimal{}, fmt.Errorf("is missing; write a decimal string such as \"2.50\"")
	}
	d, err := udecimal.Parse(text)
	switch {
	case err != nil:
		return udecimal.Decimal{}, fmt.Errorf("%q is not a decimal number", text)
	case d.IsNeg():
		return udecimal.Decimal{}, fmt.Errorf("%s is negative", text)
	case d.GreaterThan(maxAmount):
		return udecimal.Decimal{}, fmt.Errorf("%s is above %s", text, maxAmount)
	}
	return trimZeros(d), nil
}

// trimZeros drops trailing zeros, which would count as digits.
func trimZeros(d udecimal.Decimal) udecimal.Decimal {
	if trimmed, err := udecimal.Parse(d.String()); err == nil {
		return trimmed
	}
	return d
}

func parseTTL(ttl string) (bucket, error) {
	switch ttl {
	case "":
		return cacheWrite, nil
	case "5m":
		return cacheWrite5m, nil
	case "30m":
		return cacheWrite30m, nil
	case "1h":
		return cacheWrite1h, nil
	case "12h":
		return cacheWrite12h, nil
	}
	return 0, fmt.Errorf("%q is not 5m, 30m, 1h or 12h", ttl)
}

func parseSpan(from, until string) (span, error) {
	var s span
	var err error
	if s.from, err = parseTime(from); err != nil {
		return s, fmt.Errorf(".from: %w", err)
	}
	if s.until, err = parseTime(until); err != nil {
		return s, fmt.Errorf(".until: %w", err)
	}
	if !s.from.IsZero() && !s.until.IsZero() && !s.from.Before(s.until) {
		return s, fmt.Errorf(".until: %s is not after from, %s", until, from)
	}
	return s, nil
}

// parseTime reads a day, meaning its midnight in UTC, or an instant.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is neither a day (2026-10-31) nor an instant (2026-10-31T16:00:00Z)", text)
	}
	return t.UTC(), nil
}

// checkPrecision rejects rates whose products with every modifier and
// adjustment of the layer could need more digits than the ledger keeps.
func (l *layer) checkPrecision() error {
	adjust := 0
	for _, a := range l.adjustments {
		adjust += a.multiplier.Prec()
	}
	for _, p := range l.providers {
		for _, r := range p.rows {
			digits := adjust
			for _, m := range r.modifiers {
				digits += m.multiplier.Prec()
			}
			for _, rates := range r.allRates() {
				for b := range bucketCount {
					rate, ok := rates.get(b)
					if n := rate.Prec() + digits + int(bucketSpecs[b].digits); ok && n > maxDigits {
						return fmt.Errorf("provider %s, model %s: rate %s %s needs %d decimal digits with its modifiers and adjustments; at most %d are exact", p.name, r.model, bucketSpecs[b].key, rate, n, maxDigits)
					}
				}
			}
		}
	}
	return nil
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

func lowerAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.ToLower(v)
	}
	return out
}

// parseClock reads a time of day as minutes after midnight; 24:00 is its end.
func parseClock(text string) (int, error) {
	hours, minutes, ok := strings.Cut(text, ":")
	h, errH := strconv.Atoi(hours)
	m, errM := strconv.Atoi(minutes)
	if !ok || errH != nil || errM != nil || len(text) != len("00:00") || h < 0 || h > 24 || m < 0 || m > 59 || h == 24 && m != 0 {
		return math.MinInt, fmt.Errorf("%q is not a time of day such as 16:30", text)
	}
	return h*60 + m, nil
}
