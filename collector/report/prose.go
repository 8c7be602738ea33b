package report

import (
	"fmt"
	"strconv"

	"github.com/spanledger/spanledger/collector/ledger"
)

func count(n int64) string { return strconv.FormatInt(n, 10) }

// plural writes a count with its noun: "1 request", "2 requests".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// optional is nil for a value nobody knows.
func optional(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// gaps say what a total leaves out.
func gaps(total *ledger.Totals) []string {
	var notes []string
	if n := total.Unpriced; n > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s are unpriced: no price is known for their model or usage, and the cost leaves them out.",
			plural(n, "request"), count(total.Calls)))
	}
	if n := total.Invalid; n > 0 {
		notes = append(notes, fmt.Sprintf("%s reported impossible usage: kept, and left out of the cost.", plural(n, "request")))
	}
	return notes
}
