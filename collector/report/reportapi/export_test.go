package reportapi

import "github.com/spanledger/spanledger/collector/ledger"

// Paths lists what Handler serves, in addition to the description of it.
func Paths(reader ledger.Reader, opts ...Option) []string {
	var paths []string
	for path := range newConfig(opts).routes(reader) {
		if path != SpecPath && path != oldSpecPath {
			paths = append(paths, path)
		}
	}
	return paths
}
