package optimize

import (
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// answered is how many calls of the group did not fail; failed ones use nothing.
func (g *group) answered() int64 { return max(1, g.totals.Calls-g.totals.Errors) }

// meanCall is the average call of a group that was answered, as pricing sees it.
func (f *facts) meanCall(g *group) pricing.Call {
	n := g.answered()
	t := &g.totals
	return pricing.Call{
		Provider: g.Provider, ResponseModel: g.Model, Start: f.period.Until,
		Usage: usage.Counts{
			usage.Input: t.Input / n, usage.Output: t.Output / n,
			usage.CacheRead: t.CacheRead / n, usage.CacheWrite: t.CacheWrite / n, usage.Reasoning: t.Reasoning / n,
		},
	}
}

// saving returns what a group would cost less if its mean call were another one:
// the ratio of the two at list price, applied to what the group cost. It is
// not known when either has no price.
func (f *facts) saving(g *group, own, other pricing.Call) (saving udecimal.Decimal, known bool) {
	before, after := f.prices.Price(&own), f.prices.Price(&other)
	if !before.HasAmount() || !after.HasAmount() || !before.Amount.IsPos() {
		return udecimal.Zero, false
	}
	kept, err := after.Amount.Div(before.Amount)
	if err != nil {
		return udecimal.Zero, false
	}
	return g.totals.Cost.Sub(g.totals.Cost.Mul(kept)).RoundHAZ(ledger.Scale), true
}

func (g *group) recommend(advice, evidence string, saving udecimal.Decimal, confidence Confidence) Recommendation {
	return Recommendation{
		Subject: g.Subject, Advice: advice, Evidence: evidence, Requests: g.totals.Calls, Cost: g.totals.Cost, Saving: saving, Confidence: confidence,
	}
}
