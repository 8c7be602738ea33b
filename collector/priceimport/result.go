package priceimport

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// Result is an imported list.
type Result struct {
	File   pricefile.File
	Losses []Loss
}

// Loss is something that the list says and a catalogue file cannot, or must not.
type Loss struct {
	Model string // as the list names it
	What  string
}

// String formats the loss for people.
func (l Loss) String() string { return l.Model + ": " + l.What }

// Models counts the models taken over.
func (r *Result) Models() int {
	n := 0
	for i := range r.File.Providers {
		n += len(r.File.Providers[i].Models)
	}
	return n
}

// Write writes the catalogue file.
func (r *Result) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(&r.File)
}

// builder gathers models by provider.
type builder struct {
	source    string
	providers map[string]*pricefile.Provider
	owners    map[string]string // provider and id -> model that has it
	losses    []Loss
}

func newBuilder(source string) *builder {
	return &builder{
		source:    source,
		providers: make(map[string]*pricefile.Provider),
		owners:    make(map[string]string),
	}
}

func (b *builder) lose(model, format string, args ...any) {
	b.losses = append(b.losses, Loss{Model: model, What: fmt.Sprintf(format, args...)})
}

// add takes a model over, without the ids that another model has already.
func (b *builder) add(provider string, m pricefile.Model) {
	kept := m.IDs[:0:0]
	for _, id := range m.IDs {
		key := provider + "\x00" + m.Region + "\x00" + strings.ToLower(id)
		if owner, taken := b.owners[key]; taken {
			if owner != m.Model {
				b.lose(m.Model, "id %s belongs to %s already", id, owner)
			}
			continue
		}
		b.owners[key] = m.Model
		kept = append(kept, id)
	}
	if len(kept) == 0 {
		return
	}
	m.IDs = kept
	m.Sources = []string{b.source}
	m.Confidence = "B"
	p := b.providers[provider]
	if p == nil {
		p = &pricefile.Provider{Name: provider}
		b.providers[provider] = p
	}
	p.Models = append(p.Models, m)
}

func (b *builder) result(title string) *Result {
	r := &Result{File: pricefile.File{
		Format:  pricefile.FormatVersion,
		Sources: map[string]pricefile.Source{b.source: {Title: title}},
	}, Losses: b.losses}
	for _, name := range slices.Sorted(maps.Keys(b.providers)) {
		r.File.Providers = append(r.File.Providers, *b.providers[name])
	}
	return r
}

// maxRateDigits keeps rates exact with every modifier a file may put on them.
const maxRateDigits = 9

// rescale multiplies a JSON number by a unit and writes it as a decimal
// string. ok is false for a number that is not an exact decimal of few digits:
// someone's division.
func rescale(number json.Number, unit int64) (text string, zero, ok bool) {
	if len(number) > 40 {
		return "", false, false
	}
	value, ok := new(big.Rat).SetString(number.String())
	if !ok {
		return "", false, false
	}
	value.Mul(value, new(big.Rat).SetInt64(unit))
	digits, exact := value.FloatPrec()
	if !exact || digits > maxRateDigits || value.Sign() < 0 {
		return "", false, false
	}
	return value.FloatString(digits), value.Sign() == 0, true
}
