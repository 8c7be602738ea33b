package pricing

import (
	"fmt"
	"slices"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// checkReferences warns of names in a file that mean nothing: a provider that is
// spelled nearly like a built-in one, an alias of no model, an adjustment or
// commitment for no provider. They are looked up in the file itself and in the
// built-in prices, because an operator's file overrides that.
func (l *linter) checkReferences(f *pricefile.File) {
	names := knownProviders(f)
	builtIn := Default()
	for i := range f.Providers {
		p := &f.Providers[i]
		path := fmt.Sprintf("providers[%d]", i)
		own, known := builtIn.names[lower(p.Name)]
		switch {
		case known && own.name != lower(p.Name):
			l.warnf(path+".name", "%q is another name of the built-in provider %s, and the file cannot override the built-in one: use %q", p.Name, own.name, own.name)
		case !known && len(p.Hosts) == 0:
			if like := nearest(lower(p.Name), builtIn.names); like != "" {
				l.warnf(path+".name", "%q is not a built-in provider: did you mean %q?", p.Name, like)
			}
		}
		l.checkAliased(path, p)
	}
	for i := range f.Adjustments {
		at := fmt.Sprintf("adjustments[%d].provider", i)
		l.checkNamed(at, f.Adjustments[i].Provider, "the adjustment never applies", names)
	}
	for i := range f.Commitments {
		at := fmt.Sprintf("commitments[%d].provider", i)
		l.checkNamed(at, f.Commitments[i].Provider, "the commitment covers no call", names)
	}
}

func (l *linter) checkNamed(path, name, effect string, names map[string]string) {
	if name == "" || name == "*" {
		return
	}
	if _, known := names[lower(name)]; known {
		return
	}
	if like := nearest(lower(name), names); like != "" {
		l.warnf(path, "%q is not a known provider, so %s: did you mean %q?", name, effect, like)
		return
	}
	l.warnf(path, "%q is not a known provider, so %s: use a provider of this file or a built-in one", name, effect)
}

// knownProviders are the names and aliases of the file and of the built-in
// catalogue, each with the name it means.
func knownProviders(f *pricefile.File) map[string]string {
	names := make(map[string]string)
	for alias, s := range Default().names {
		names[alias] = s.name
	}
	for i := range f.Providers {
		for _, name := range append([]string{f.Providers[i].Name}, f.Providers[i].Aliases...) {
			names[lower(name)] = f.Providers[i].Name
		}
	}
	return names
}

// checkAliased follows each alias of a provider. An alias has to mean a model:
// it is not looked up a second time.
func (l *linter) checkAliased(path string, p *pricefile.Provider) {
	shell := pricefile.Provider{Name: p.Name, Models: p.Models}
	own, err := compileProvider(&shell)
	if err != nil {
		return // reported with its path by check
	}
	means := make(map[string][]string, len(p.Aliased))
	for i := range p.Aliased {
		means[lower(p.Aliased[i].ID)] = aliasTargets(&p.Aliased[i])
	}
	builtIn := Default().seller(lower(p.Name))
	for i := range p.Aliased {
		id := lower(p.Aliased[i].ID)
		for _, target := range means[id] {
			at := fmt.Sprintf("%s.aliased[%d].model", path, i)
			switch {
			case own.lookup(target) != nil || builtIn.lookup(target) != nil:
			case leadsBack(id, target, means):
				l.warnf(at, "%q and %q are aliases of each other and of no model: name a model", id, target)
			case means[target] != nil:
				l.warnf(at, "%q is an alias itself, and aliases are not followed: name the model that it means", target)
			default:
				l.warnf(at, "%q is not a model of provider %s, in this file or built in: calls of %q have no price", target, p.Name, id)
			}
		}
	}
}

func aliasTargets(a *pricefile.Alias) []string {
	var targets []string
	if a.Model != "" {
		targets = append(targets, lower(a.Model))
	}
	for _, h := range a.History {
		if target := lower(h.Model); target != "" && !slices.Contains(targets, target) {
			targets = append(targets, target)
		}
	}
	return targets
}

// leadsBack reports whether following aliases from an id comes to it again.
func leadsBack(id, from string, means map[string][]string) bool {
	seen := map[string]bool{}
	var follow func(at string) bool
	follow = func(at string) bool {
		if at == id {
			return true
		}
		if seen[at] {
			return false
		}
		seen[at] = true
		return slices.ContainsFunc(means[at], follow)
	}
	return follow(from)
}

// nearest is the name that is at most two edits away, the closest first; "" when
// none is. Short names are left alone: two edits make another word of them.
func nearest[V any](name string, names map[string]V) string {
	const mostEdits, shortest = 2, 4
	best, edits := "", mostEdits+1
	for _, other := range sortedKeys(names) {
		if min(len(name), len(other)) < shortest {
			continue
		}
		if d := distance(name, other); d < edits {
			best, edits = other, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and exchanges of
// neighbours between two names.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := range a {
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			least := min(rows[i][j+1]+1, rows[i+1][j]+1, rows[i][j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				least = min(least, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = least
		}
	}
	return rows[len(a)][len(b)]
}

// Bounds of a multiplier that is meant: the largest discount known of a contract
// is 80 percent, the largest surcharge 150 percent.
var (
	leastMultiplier = udecimal.MustParse("0.2")
	mostMultiplier  = udecimal.MustParse("2.5")
)

// checkMultiplier warns of a percentage written as a factor.
func (l *linter) checkMultiplier(path, text string) {
	m, err := parseAmount(text)
	switch {
	case err != nil: // reported by the compile functions
	case m.IsZero():
		l.warnf(path, "0 makes every call free: for a model that costs nothing write a card with rates of \"0\"")
	case m.LessThan(leastMultiplier):
		l.warnf(path, "%s takes more than 80 percent off: is it a percentage? 13 percent off is 0.87", m)
	case m.GreaterThan(mostMultiplier):
		l.warnf(path, "%s multiplies prices by that: is it a percentage? 13 percent off is 0.87", m)
	}
}

// Bounds of a rate for a million tokens: the cheapest known is half a cent, the
// highest 1,200 dollars.
var (
	leastPerMillion = udecimal.MustParse("0.0005")
	mostPerMillion  = udecimal.MustParse("10000")
)

// checkMagnitudes warns of token rates in another unit than a million tokens.
func (l *linter) checkMagnitudes(path string, rates *rateSet) {
	for b := range bucketSpecs {
		spec := &bucketSpecs[b]
		rate, ok := rates.get(bucket(b))
		switch {
		case !ok || spec.per != perMillion || rate.IsZero():
		case rate.LessThan(leastPerMillion):
			l.warnf(path+"."+spec.key, "%s for a million tokens: is it the rate of one token? 2.5 dollars a million is \"2.5\"", rate)
		case rate.GreaterThan(mostPerMillion):
			l.warnf(path+"."+spec.key, "%s for a million tokens is more than any model costs: rates are US dollars for a million tokens", rate)
		}
	}
}
