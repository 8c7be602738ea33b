package pricing

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

//go:embed catalogue/*.json
var embedded embed.FS

// Catalogue prices calls. It is immutable and safe for concurrent use; the
// With methods return changed copies.
type Catalogue struct {
	version    string
	layers     []*layer           // the first that knows a model wins
	names      map[string]*seller // by name and alias
	hosts      map[string]hostOwner
	wild       []wildHost
	gateways   []hostTemplate
	selfHosted []hostTemplate
	makers     []*seller // in order of name
	adjusted   bool
	fallback   *fallback // for unknown models, nil = unpriced
}

type fallback struct{ provider, model string }

type hostOwner struct {
	seller   *seller
	template hostTemplate
}

type wildHost = hostOwner

// Default returns the built-in prices.
func Default() *Catalogue {
	builtIn.once.Do(func() {
		var err error
		if builtIn.catalogue, err = loadEmbedded(); err != nil {
			panic("pricing: built-in prices: " + err.Error())
		}
	})
	return builtIn.catalogue
}

// builtIn has no initializer, such as a sync.OnceValue: that would keep the
// prices in every binary that links the package, asked for or not.
var builtIn struct {
	once      sync.Once
	catalogue *Catalogue
}

// loadEmbedded reads the built-in files as one layer.
func loadEmbedded() (*Catalogue, error) {
	paths, err := fs.Glob(embedded, "catalogue/*.json")
	if err != nil {
		return nil, err
	}
	all := pricefile.File{Format: pricefile.FormatVersion, Sources: make(map[string]pricefile.Source)}
	for _, path := range paths {
		data, err := embedded.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var f pricefile.File
		if err := json.Unmarshal(data, &f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all.Version += f.Version
		maps.Copy(all.Sources, f.Sources)
		all.Providers = append(all.Providers, f.Providers...)
	}
	l, err := compile(&all)
	if err != nil {
		return nil, err
	}
	return newCatalogue(l)
}

// Parse reads a catalogue file, strictly: unknown keys, overlapping periods
// and everything else [Lint] calls an error make it fail with a [*LintError].
// The name is used in messages.
func Parse(name string, data []byte) (*Catalogue, error) {
	f, problems := decodeAndLint(name, data)
	if errs := onlyErrors(problems); len(errs) > 0 {
		return nil, &LintError{Problems: errs}
	}
	l, err := compile(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if l.version == "" {
		l.version = contentVersion(data)
	}
	return newCatalogue(l)
}

// With returns a catalogue in which the rows, aliases and adjustments of over
// come before those of c: a model that over knows is priced by over alone.
func (c *Catalogue) With(over *Catalogue) (*Catalogue, error) {
	merged, err := newCatalogue(slices.Concat(over.layers, c.layers)...)
	if err != nil {
		return nil, err
	}
	merged.gateways = slices.Concat(c.gateways, over.gateways)
	merged.selfHosted = slices.Concat(c.selfHosted, over.selfHosted)
	merged.fallback = c.fallback
	return merged, merged.checkPrecision()
}

// WithGateways returns a catalogue that bills calls to the named hosts as the
// vendor whose name the call carries, although they are private addresses: LLM
// gateways and proxies of the operator's own. A * means any text.
func (c *Catalogue) WithGateways(hosts ...string) (*Catalogue, error) {
	changed := *c
	changed.gateways = slices.Clone(c.gateways)
	return &changed, changed.addGateways(hosts)
}

// WithFallback returns a catalogue that prices models it does not know as
// another one, given as provider/model, and flags the results. Nothing else is
// priced by it: not a known model's unknown mode, nor impossible usage.
func (c *Catalogue) WithFallback(model string) (*Catalogue, error) {
	provider, id, ok := strings.Cut(model, "/")
	if !ok || provider == "" || id == "" {
		return nil, fmt.Errorf("%q is not of the form provider/model, such as openai/gpt-5", model)
	}
	changed := *c
	changed.fallback = &fallback{provider, id}
	return &changed, nil
}

func (c *Catalogue) addGateways(hosts []string) (err error) {
	c.gateways, err = appendHosts(c.gateways, hosts)
	return err
}

func appendHosts(list []hostTemplate, hosts []string) ([]hostTemplate, error) {
	for _, host := range hosts {
		h, err := parseGateway(host)
		if err != nil {
			return nil, fmt.Errorf("host %w", err)
		}
		list = append(list, h)
	}
	return list, nil
}

func newCatalogue(layers ...*layer) (*Catalogue, error) {
	c := &Catalogue{
		layers: layers,
		names:  make(map[string]*seller),
		hosts:  make(map[string]hostOwner),
	}
	sellers := make(map[string]*seller)
	for _, l := range layers {
		for name, p := range l.providers {
			if sellers[name] == nil {
				sellers[name] = &seller{name: name, defaultTTL: cacheWrite}
			}
			sellers[name].under(p)
		}
	}
	versions := make([]string, 0, len(layers))
	for _, l := range slices.Backward(layers) {
		versions = append(versions, l.version)
		c.adjusted = c.adjusted || len(l.adjustments) > 0
		for _, name := range slices.Sorted(maps.Keys(l.providers)) {
			p, s := l.providers[name], sellers[name]
			c.names[name] = s
			for _, alias := range p.aliases {
				if owner, taken := c.names[alias]; taken && owner != s {
					return nil, fmt.Errorf("provider alias %q belongs to %s and to %s", alias, owner.name, name)
				}
				c.names[alias] = s
			}
			for _, h := range p.hosts {
				if h.wild {
					c.wild = append(c.wild, wildHost{s, h})
				} else {
					c.hosts[h.prefix] = hostOwner{s, h}
				}
			}
		}
		if err := c.addGateways(l.gateways); err != nil {
			return nil, err
		}
	}
	for _, name := range sortedKeys(sellers) {
		if s := sellers[name]; s.maker {
			c.makers = append(c.makers, s)
		}
	}
	c.version = strings.Join(versions, "+")
	return c, nil
}

// checkPrecision makes sure that adjustments of one layer leave the rates of
// all layers exact.
func (c *Catalogue) checkPrecision() error {
	var adjustments []adjustment
	for _, l := range c.layers {
		adjustments = append(adjustments, l.adjustments...)
	}
	for _, l := range c.layers {
		checked := layer{providers: l.providers, adjustments: adjustments}
		if err := checked.checkPrecision(); err != nil {
			return err
		}
	}
	return nil
}

// Version names the catalogue and every layer over it, oldest first, joined
// by +; it is stamped on results so that they can be reproduced.
func (c *Catalogue) Version() string { return c.version }

// seller finds a provider by its name or an alias.
func (c *Catalogue) seller(name string) *seller {
	if s := c.names[name]; s != nil {
		return s
	}
	return noSeller
}

// contentVersion names a file that states no version by its content.
func contentVersion(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4])
}
