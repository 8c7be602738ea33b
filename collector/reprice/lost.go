package reprice

import (
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// lost reports a call whose price depends on a count that its row may not have:
// before rows said which counts they keep, the tokens of cited sources were
// priced and not stored. The bill of the row tells, where it has one; without
// one the count is not known as soon as a price depends on it.
func lost(catalogue *pricing.Catalogue, c *ledger.Call) bool {
	if c.UsageFields != 0 || c.Usage[usage.Output] == 0 {
		return false
	}
	if !c.Cost.Bill.IsZero() {
		lines, _ := c.Cost.Bill.Lines()
		return slices.ContainsFunc(lines, func(l pricing.Line) bool { return l.Kind == "output_citation" })
	}
	without := CallOf(c)
	with := without
	with.Usage[usage.Citation] = without.Usage[usage.Output] - without.Usage[usage.Reasoning]
	a, b := catalogue.Price(&without), catalogue.Price(&with)
	return a.Status != b.Status || !a.Amount.Equal(b.Amount)
}
