package dialect

import (
	"cmp"
	"strconv"
	"strings"
)

// Fault is a mistake in how known versions of an emitter count. The version of the
// instrumentation scope tells which spans have it.
type Fault struct {
	ScopePrefix string
	From        string // first version with the fault, empty for all
	Before      string // first version without it, empty for none

	// Shapes that these versions count otherwise than the dialect says.
	CacheExcluded     Shapes
	ReasoningExcluded Shapes
}

// appliesTo reports whether spans of the origin have the fault. A version that is
// not said, or is no version, has none.
func (f *Fault) appliesTo(origin Origin) bool {
	version, ok := parseVersion(origin.Version)
	if !ok || !strings.HasPrefix(origin.Scope, f.ScopePrefix) {
		return false
	}
	from, _ := parseVersion(f.From)
	before, ends := parseVersion(f.Before)
	return compareVersions(version, from) >= 0 && (!ends || compareVersions(version, before) < 0)
}

// corrected is the dialect as spans of the origin speak it.
func (d *Dialect) corrected(origin Origin) *Dialect {
	as := d
	for i := range d.Faults {
		f := &d.Faults[i]
		if !f.appliesTo(origin) {
			continue
		}
		if as == d {
			other := *d
			as = &other
		}
		as.CacheExcluded |= f.CacheExcluded
		as.ReasoningExcluded |= f.ReasoningExcluded
	}
	return as
}

// versionParts is major, minor and patch.
type versionParts [3]int

// parseVersion reads a version such as 4.31.0, v1.2 or 0.5b1: what follows the
// numbers is left out.
func parseVersion(s string) (v versionParts, ok bool) {
	for i, part := range strings.SplitN(strings.TrimPrefix(s, "v"), ".", len(v)+1) {
		if i == len(v) {
			break
		}
		end := 0
		for end < len(part) && part[end] >= '0' && part[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(part[:end])
		if err != nil {
			return v, i > 0
		}
		v[i], ok = n, true
	}
	return v, ok
}

func compareVersions(a, b versionParts) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
}
