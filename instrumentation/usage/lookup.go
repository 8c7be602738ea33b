package usage

// Prefix is before the aliases of a field where they are span attributes.
const Prefix = "gen_ai.usage."

var (
	byName = make(map[string]Field, NumFields)
	byKey  = make(map[string]Field, 3*NumFields)
)

func init() {
	for f := range NumFields {
		byName[f.Name()] = f
		byKey[string(f.Key())] = f
		for _, alias := range f.Aliases() {
			byKey[Prefix+alias] = f
		}
	}
}

// ByName finds a field by its name.
func ByName(name string) (Field, bool) {
	f, ok := byName[name]
	return f, ok
}

// ByKey finds a field by its span attribute or an alias of it.
func ByKey(key string) (Field, bool) {
	f, ok := byKey[key]
	return f, ok
}
