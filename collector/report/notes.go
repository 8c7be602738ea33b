package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// optional is nil for a value no one knows.
func optional(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// addCounts adds the counts that [gaps] are about.
func addCounts(sum, t *ledger.Totals) {
	sum.Calls += t.Calls
	sum.Unpriced += t.Unpriced
	sum.Invalid += t.Invalid
}

// gaps say what a total leaves out. It is that of the calls of the period that meet the
// conditions.
func gaps(total *ledger.Totals, period Period, where []ledger.Condition) []string {
	var notes []string
	if n := total.Unpriced; n > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s %s no price and %s not included in the cost (why: %s).",
			format.Counted(n, "request"), format.Grouped(total.Calls), format.Verb(n, "has", "have"), format.Verb(n, "is", "are"), period.Command("report cost --by cost_reason,model", where...)))
	}
	if n := total.Invalid; n > 0 {
		notes = append(notes, fmt.Sprintf("%s reported impossible usage: stored, but not included in the cost.", format.Counted(n, "request")))
	}
	return notes
}
