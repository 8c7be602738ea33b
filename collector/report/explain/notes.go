package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Notes say what the rates of a row of the catalogue do not: what multiplies
// them, and what is to be known of them.
func Notes(e *pricing.Entry) []string {
	var notes []string
	for _, m := range e.Modifiers {
		for _, field := range slices.Sorted(maps.Keys(m.When)) {
			notes = append(notes, fmt.Sprintf("Token rates x %s where %s is %s.", m.Multiplier, field, strings.Join(m.When[field], " or ")))
		}
	}
	for _, text := range []string{e.Notes, e.Conflicts} {
		if text != "" {
			notes = append(notes, text)
		}
	}
	return notes
}
