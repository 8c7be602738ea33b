package pricing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// Entry is one row of the catalogue as its file states it.
type Entry struct {
	pricefile.Model
	Provider string
	Version  string // of the file
	// Titles are the sources behind the row by key, as far as the file names them.
	Titles map[string]pricefile.Source
}

// Entries lists every row, the operator's own before the built-in ones, by
// provider and in the order of the files.
func (c *Catalogue) Entries() []Entry {
	var entries []Entry
	for _, l := range c.layers {
		for _, name := range slices.Sorted(maps.Keys(l.providers)) {
			for _, r := range l.providers[name].rows {
				entries = append(entries, l.entry(name, r))
			}
		}
	}
	return entries
}

// Providers lists the names of all providers.
func (c *Catalogue) Providers() []string {
	names := make(map[string]bool, len(c.names))
	for _, s := range c.names {
		names[s.name] = true
	}
	return sortedKeys(names)
}

// SameProvider reports whether two names mean one provider of the catalogue.
func (c *Catalogue) SameProvider(a, b string) bool {
	s, known := c.names[lower(a)]
	return known && s == c.names[lower(b)]
}

// Resolve finds the rows, one for each region, that a call with this provider
// and model at this time is priced by, and the reason when there are none. An
// empty provider asks all of them, save rows that take every id.
func (c *Catalogue) Resolve(provider, model string, at time.Time) ([]Entry, Reason) {
	providers := []string{provider}
	if provider == "" && !strings.Contains(model, "/") {
		providers = c.Providers()
	}
	var entries []Entry
	found := make(map[*row]bool) // several providers resell one row
	reason := UnknownModel
	for _, name := range providers {
		s := c.identify(&Call{Provider: name, RequestModel: model, Start: at})
		if s.reason != "" {
			if len(providers) == 1 {
				reason = s.reason
			}
			continue
		}
		for _, r := range s.rows {
			if provider == "" && r.file.CatchAll {
				continue // it would answer to anything
			}
			if found[r] {
				continue
			}
			found[r] = true
			entries = append(entries, c.entry(s.seller.name, r))
		}
	}
	if len(entries) == 0 {
		return nil, reason
	}
	return entries, ""
}

// entry finds the layer a row belongs to.
func (c *Catalogue) entry(provider string, r *row) Entry {
	for _, l := range c.layers {
		if p := l.providers[provider]; p != nil && slices.Contains(p.rows, r) {
			return l.entry(provider, r)
		}
	}
	return Entry{Model: *r.file, Provider: provider}
}

func (l *layer) entry(provider string, r *row) Entry {
	e := Entry{Model: *r.file, Provider: provider, Version: l.version, Titles: make(map[string]pricefile.Source)}
	keys := slices.Clone(e.Sources)
	for _, card := range e.Cards {
		keys = append(keys, card.Sources...)
	}
	for _, key := range keys {
		if source, ok := l.sources[key]; ok {
			e.Titles[key] = source
		}
	}
	return e
}

// EntryRate is one rate of an entry with its period and provenance.
type EntryRate struct {
	Mode        string
	From, Until string // as the file states them; "" is open
	Applies     string // tier or window; "" is always
	Kind        string // as on lines, with the context size where a fee depends on it
	Amount      udecimal.Decimal
	Per         int64 // as on lines
	Status      string
	Confidence  string
	Sources     []string

	span span
}

// InForce reports whether the period of the rate covers a moment.
func (r *EntryRate) InForce(at time.Time) bool { return r.span.covers(at) }

// Rates lists every rate of the entry, in the order of the file and, within a
// card, of the buckets.
func (e *Entry) Rates() []EntryRate {
	var rates []EntryRate
	for i := range e.Cards {
		card := &e.Cards[i]
		if card.Status == statusCancelled || card.Status == statusUnknown {
			continue
		}
		period, err := parseSpan(card.From, card.Until)
		if err != nil {
			continue
		}
		at := EntryRate{
			Mode: orElse(card.Mode, modeStandard), From: card.From, Until: card.Until,
			Status:     orElse(card.Status, statusEffective),
			Confidence: orElse(card.Confidence, e.Confidence),
			Sources:    card.Sources,
			span:       period,
		}
		if len(at.Sources) == 0 {
			at.Sources = e.Sources
		}
		rates = appendRates(rates, at, card.Rates)
		for _, tier := range card.Tiers {
			at.Applies = tierName(&tier)
			rates = appendRates(rates, at, tier.Rates)
		}
		for _, window := range card.Windows {
			at.Applies = window.Name
			rates = appendRates(rates, at, window.Rates)
		}
	}
	return rates
}

func appendRates(rates []EntryRate, at EntryRate, texts map[string]string) []EntryRate {
	for _, spec := range bucketSpecs {
		text, ok := texts[spec.key]
		if !ok {
			continue
		}
		amount, err := parseAmount(text)
		if err != nil {
			continue
		}
		at.Kind, at.Amount, at.Per = spec.label(), amount, spec.per
		rates = append(rates, at)
	}
	return rates
}

func tierName(t *pricefile.Tier) string {
	if t.Inclusive {
		return fmt.Sprintf("input >= %d", t.Over)
	}
	return fmt.Sprintf("input > %d", t.Over)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
