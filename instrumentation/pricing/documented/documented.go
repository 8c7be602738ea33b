// Package documented lists the model ids that vendors document, with the page
// and the day each was read, and finds those that the catalogue does not know.
package documented

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

//go:embed ids.json
var file []byte

// List is the ids of one page.
type List struct {
	Provider string   `json:"provider"` // as the catalogue names it
	Source   string   `json:"source"`
	Read     string   `json:"read"` // day
	IDs      []string `json:"ids"`
}

// Lists reads the lists.
func Lists() ([]List, error) {
	var all struct{ Lists []List }
	if err := json.Unmarshal(file, &all); err != nil {
		return nil, err
	}
	return all.Lists, nil
}

// Coverage is how much of a provider's documented ids the catalogue knows.
type Coverage struct {
	Provider string
	Read     string // the last day a page was read
	Known    []string
	Missing  []string
}

// Cover compares the lists with a catalogue at a moment, by provider.
func Cover(c *pricing.Catalogue, at time.Time) ([]Coverage, error) {
	lists, err := Lists()
	if err != nil {
		return nil, err
	}
	byProvider := map[string]*Coverage{}
	for _, l := range lists {
		cover := byProvider[l.Provider]
		if cover == nil {
			cover = &Coverage{Provider: l.Provider}
			byProvider[l.Provider] = cover
		}
		cover.Read = max(cover.Read, l.Read)
		for _, id := range l.IDs {
			if entries, _ := c.Resolve(l.Provider, id, at); len(entries) > 0 {
				cover.Known = append(cover.Known, id)
			} else {
				cover.Missing = append(cover.Missing, id)
			}
		}
	}
	out := make([]Coverage, 0, len(byProvider))
	for _, cover := range byProvider {
		cover.Known, cover.Missing = distinct(cover.Known), distinct(cover.Missing)
		out = append(out, *cover)
	}
	slices.SortFunc(out, func(a, b Coverage) int { return strings.Compare(a.Provider, b.Provider) })
	return out, nil
}

func distinct(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}
