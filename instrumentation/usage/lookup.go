package usage

import "strings"

// Prefix is before the aliases of a field where they are span attributes.
const Prefix = "gen_ai.usage."

// ownPrefix is before the keys of fields that the conventions do not name.
const ownPrefix = "spanledger.usage."

// Attribute holds what a key of a span means.
type Attribute struct {
	Field Field
	Rank  uint8 // 0 for the field's own key, then its aliases in order
}

var (
	byName = make(map[string]Field, NumFields)
	byKey  = make(map[string]Attribute, 3*NumFields)
)

func init() {
	for f := range NumFields {
		byName[f.Name()] = f
		for i, alias := range f.Aliases() {
			byKey[Prefix+alias] = Attribute{f, uint8(i + 1)}
		}
		byKey[string(f.Key())] = Attribute{Field: f}
	}
}

// ByName finds a field by its name.
func ByName(name string) (Field, bool) {
	f, ok := byName[name]
	return f, ok
}

// ByKey finds what a span attribute counts, by the field's own key or an alias.
func ByKey(key string) (Attribute, bool) {
	if !strings.HasPrefix(key, Prefix) && !strings.HasPrefix(key, ownPrefix) {
		return Attribute{}, false // most keys of a span: cheaper than the search
	}
	a, ok := byKey[key]
	return a, ok
}
