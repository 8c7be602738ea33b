package pricing

import (
	"maps"
	"slices"
	"strings"
	"time"

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
	return slices.Compact(slices.Sorted(maps.Values(c.names)))
}

// Resolve finds the rows, one for each region, that a call with this provider
// and model at this time is priced by, and the reason when there are none. An
// empty provider asks all of them.
func (c *Catalogue) Resolve(provider, model string, at time.Time) ([]Entry, Reason) {
	providers := []string{provider}
	if provider == "" && !strings.Contains(model, "/") {
		providers = c.Providers()
	}
	var entries []Entry
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
			entries = append(entries, c.entry(s.provider, r))
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
