package report

import (
	"context"
	"fmt"
	"math/big"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// The parts of a change, in the order in which they are taken. Each step changes
// one thing and leaves what comes after it as it was before, so that they add up:
//
//	requests       more or fewer requests, at the earlier cost of a request
//	errors         another share of requests that failed
//	model_mix      requests moved between models, at the earlier cost of each
//	input_length   longer or shorter prompts
//	cache_share    another share of the prompts read from the cache
//	output_length  longer or shorter answers
//	prices         all the rest: prices, tiers, tools, and usage that is not priced by token
//
// Lengths and the cache share are valued at the list price of the model at the end
// of the earlier period; a model without one has its whole change in prices.
const (
	stepRequests = "requests"
	stepErrors   = "errors"
	stepMix      = "model_mix"
	stepInput    = "input_length"
	stepCache    = "cache_share"
	stepOutput   = "output_length"
	stepPrices   = "prices"
)

// bridgeGroup is the calls of one model on both sides.
type bridgeGroup struct {
	provider, model string
	before, after   ledger.Totals
}

// bridge divides the change of the cost into steps.
func (a *ChangeAnswer) bridge(ctx context.Context, reader ledger.Reader, prices *pricing.Catalogue) ([]ChangeStep, error) {
	groups, err := a.Question.byModel(ctx, reader)
	if err != nil {
		return nil, err
	}
	before, after := &a.Before.Totals, &a.After.Totals
	steps := []ChangeStep{
		{Name: stepRequests, Text: fmt.Sprintf("%s instead of %s", format.Counted(after.Calls, "request"), format.Grouped(before.Calls))},
		{Name: stepErrors, Text: fmt.Sprintf("%s failed instead of %s", format.Grouped(after.Errors), format.Grouped(before.Errors))},
		{Name: stepMix, Text: "other models, at their earlier cost of a request"},
		{Name: stepInput, Text: "longer or shorter prompts"},
		{Name: stepCache, Text: "another share of the prompts read from the cache"},
		{Name: stepOutput, Text: "longer or shorter answers"},
	}
	rest := a.Change()
	for i, part := range bridgeParts(before, after, groups, func(g *bridgeGroup) *tokenRates {
		return ratesOf(prices, g, a.Question.Before)
	}) {
		steps[i].Amount = decimal(part)
		rest = rest.Sub(steps[i].Amount)
	}
	return append(steps, ChangeStep{Name: stepPrices, Amount: rest, Text: "prices, tiers, tools, and usage that is not priced by token"}), nil
}

// byModel are the groups of both sides.
func (q *ChangeQuestion) byModel(ctx context.Context, reader ledger.Reader) ([]*bridgeGroup, error) {
	found := map[[2]string]*bridgeGroup{}
	var groups []*bridgeGroup
	for _, side := range []struct {
		period Period
		where  []ledger.Condition
		of     func(*bridgeGroup) *ledger.Totals
	}{
		{q.Before, q.WhereBefore, func(g *bridgeGroup) *ledger.Totals { return &g.before }},
		{q.After, q.WhereAfter, func(g *bridgeGroup) *ledger.Totals { return &g.after }},
	} {
		query := side.period.query(append(append([]ledger.Condition{}, q.Where...), side.where...))
		query.By = []ledger.Dimension{ledger.ByProvider, ledger.ByModel}
		sums, err := Sums(ctx, reader, query)
		if err != nil {
			return nil, fmt.Errorf("read calls by model: %w", err)
		}
		for i := range sums {
			key := [2]string(sums[i].Key)
			if found[key] == nil {
				found[key] = &bridgeGroup{provider: key[0], model: key[1]}
				groups = append(groups, found[key])
			}
			*side.of(found[key]) = sums[i].Totals
		}
	}
	return groups, nil
}

// bridgeParts are the first six steps. A quotient of nothing is nothing: what it would
// value falls to the last step.
func bridgeParts(before, after *ledger.Totals, groups []*bridgeGroup, rates func(*bridgeGroup) *tokenRates) [6]*big.Rat {
	var out [6]*big.Rat
	for i := range out {
		out[i] = new(big.Rat)
	}
	if before.Calls == 0 { // there is no earlier cost to value anything at
		out[0].Sub(cost(after), cost(before))
		return out
	}
	good0, good1 := good(before), good(after)
	perCall := quotient(cost(before), count(before.Calls))
	out[0].Mul(count(after.Calls-before.Calls), perCall)
	// All good calls of the later side at the earlier cost of a good call, less what
	// the requests alone explain.
	out[1].Mul(good1, quotient(cost(before), good0))
	out[1].Sub(out[1], times(count(after.Calls), perCall))
	if good0.Sign() == 0 {
		out[1].SetInt64(0)
	}
	for _, g := range groups {
		was, is := good(&g.before), good(&g.after)
		each := quotient(cost(&g.before), was)
		if was.Sign() == 0 {
			each = quotient(cost(&g.after), is) // a new model comes at its own cost
		}
		if good0.Sign() != 0 {
			expected := times(good1, quotient(was, good0))
			out[2].Add(out[2], times(new(big.Rat).Sub(is, expected), each))
		}
		if was.Sign() == 0 || is.Sign() == 0 {
			continue
		}
		r := rates(g)
		if r == nil {
			continue
		}
		input0, input1 := quotient(count(g.before.Input), was), quotient(count(g.after.Input), is)
		share0, share1 := quotient(count(g.before.CacheRead), count(g.before.Input)), quotient(count(g.after.CacheRead), count(g.after.Input))
		output0, output1 := quotient(count(g.before.Output), was), quotient(count(g.after.Output), is)
		blended := new(big.Rat).Add(times(new(big.Rat).Sub(big.NewRat(1, 1), share0), r.input), times(share0, r.cached))
		out[3].Add(out[3], times(is, times(new(big.Rat).Sub(input1, input0), blended)))
		out[4].Add(out[4], times(is, times(input1, times(new(big.Rat).Sub(share1, share0), new(big.Rat).Sub(r.cached, r.input)))))
		out[5].Add(out[5], times(is, times(new(big.Rat).Sub(output1, output0), r.output)))
	}
	return out
}

// tokenRates are list prices of one token, in USD.
type tokenRates struct{ input, cached, output *big.Rat }

// ratesOf are those of a model at the end of a period; nil when it has none.
func ratesOf(prices *pricing.Catalogue, g *bridgeGroup, p Period) *tokenRates {
	const thousand = 1_000 // fewer than the tokens from which a long prompt costs more
	var r [3]*big.Rat
	for i, counts := range []usage.Counts{
		{usage.Input: thousand},
		{usage.Input: thousand, usage.CacheRead: thousand},
		{usage.Output: thousand},
	} {
		result := prices.Price(&pricing.Call{Provider: g.provider, RequestModel: g.model, Start: p.Until.Add(-1), Usage: counts})
		if !result.HasAmount() {
			return nil
		}
		r[i] = new(big.Rat).Quo(rational(result.Amount), big.NewRat(thousand, 1))
	}
	return &tokenRates{r[0], r[1], r[2]}
}

func good(t *ledger.Totals) *big.Rat { return count(t.Calls - t.Errors) }

func cost(t *ledger.Totals) *big.Rat { return rational(t.Cost) }

func count(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// quotient is nothing where there is nothing to divide by.
func quotient(a, b *big.Rat) *big.Rat {
	if b.Sign() == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).Quo(a, b)
}

func rational(d udecimal.Decimal) *big.Rat {
	r, _ := new(big.Rat).SetString(d.String()) // the text of a decimal is one
	return r
}

// decimal rounds to what the ledger keeps; the last step takes the difference.
func decimal(r *big.Rat) udecimal.Decimal {
	return udecimal.MustParse(r.FloatString(averagePrecision))
}
