package report

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// rateOf is how many tokens a rate is read from: fewer than those from which a long
// prompt costs more.
const rateOf = 1000

// readSaves calculates what tokens cost more as input than as reads from the cache, at the list
// price at the end of a day of UTC; nil without one.
func readSaves(prices *pricing.Catalogue, provider, model string, day time.Time, tokens int64) *udecimal.Decimal {
	var amounts [2]udecimal.Decimal
	for i, counts := range []usage.Counts{
		{usage.Input: rateOf},
		{usage.Input: rateOf, usage.CacheRead: rateOf},
	} {
		result := prices.Price(&pricing.Call{Provider: provider, RequestModel: model, Start: day.Add(24*time.Hour - 1), Usage: counts})
		if !result.HasAmount() {
			return nil
		}
		amounts[i] = result.Amount
	}
	more, err := amounts[0].Sub(amounts[1]).Mul64(uint64(tokens)).Div64(rateOf)
	if err != nil {
		return nil
	}
	return &more
}
