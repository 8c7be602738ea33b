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

// gaps say what a total leaves out.
func gaps(total *ledger.Totals) []string {
	var notes []string
	if n := total.Unpriced; n > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s have no price and are not included in the cost (why: spanledger report cost --by cost_reason,model).",
			format.Counted(n, "request"), format.Grouped(total.Calls)))
	}
	if n := total.Invalid; n > 0 {
		notes = append(notes, fmt.Sprintf("%s reported impossible usage: stored, but not included in the cost.", format.Counted(n, "request")))
	}
	return notes
}
