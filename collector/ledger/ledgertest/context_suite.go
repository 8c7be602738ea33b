package ledgertest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// RandomContexts is n calls whose parts of the input were counted, of most of them, and
// whose input has a cost; the same seed gives the same rows.
func RandomContexts(n int, seed uint64) []ledger.Call {
	calls := RandomCalls(n, seed)
	r := rand.New(rand.NewPCG(seed, 5))
	for i := range calls {
		c := &calls[i]
		c.Start = noon.Add(-time.Duration(r.Int64N(int64(40 * time.Hour))))
		c.Billable = i%13 != 0
		c.Usage[usage.Input] = r.Int64N(20000)
		if r.IntN(9) == 0 {
			continue
		}
		var parts []string
		for _, name := range []string{"system", "tools/search", "tools/mcp/github", "history", "retrieved", "last"} {
			if r.IntN(3) > 0 {
				parts = append(parts, fmt.Sprintf("%s:%d", name, 1+r.Int64N(30000)))
			}
		}
		c.PromptShares = strings.Join(parts, " ")
		digits := []uint8{2, 8, 12, 15, 18}[r.IntN(5)]
		input, cached := udecimal.MustFromUint64(r.Uint64N(1e12), digits), udecimal.MustFromUint64(r.Uint64N(1e6), digits)
		switch r.IntN(7) {
		case 0:
			c.Cost.Bill = ledger.Bill{}
		case 1:
			c.Cost.Bill = ledger.ReadBill(`[{"kind":"vendor_cost","quantity":1,"rate_usd":"1","per":1,"cost_usd":"1"}]`)
		default:
			c.Cost.Bill = ledger.ReadBill(fmt.Sprintf(`[{"kind":"input","quantity":9,"rate_usd":"2","per":1000000,"cost_usd":"%s"},`+
				`{"kind":"cache_read","quantity":9,"rate_usd":"2","per":1000000,"cost_usd":"%s"},`+
				`{"kind":"output","quantity":9,"rate_usd":"8","per":1000000,"cost_usd":"5"}]`, input, cached))
		}
	}
	return calls
}

// contextsAddUp holds that a store shares out as plain Go does, and that nothing is lost.
func contextsAddUp(t *testing.T, store ledger.Store) {
	calls := RandomContexts(800, 51)
	write(t, store, calls...)
	for _, by := range [][]ledger.Dimension{nil, {ledger.ByModel}, {ledger.ByDepartment, ledger.ByDay}} {
		q := ledger.ContextQuery{From: noon.Add(-30 * time.Hour), Until: noon.Add(-2 * time.Hour), By: by}
		got, err := store.Contexts(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, PlainContexts(calls, q), got)
		for _, use := range got {
			var tokens int64
			var cost udecimal.Decimal
			for _, part := range use.Parts {
				tokens += part.Tokens
				cost = cost.Add(part.Cost)
			}
			if tokens != use.Input || !cost.Equal(use.Cost) {
				t.Errorf("the parts of %v are %d tokens and %s, of %d and %s", use.Key, tokens, cost, use.Input, use.Cost)
			}
		}
	}
}

// PlainContexts answers q for rows in plain Go, with fractions.
func PlainContexts(rows []ledger.Call, q ledger.ContextQuery) []ledger.ContextUse {
	groups := map[string]*ledger.ContextUse{}
	for i := range rows {
		c := &rows[i]
		if !c.Billable || c.PromptShares == "" || c.Start.Before(q.From) || !c.Start.Before(q.Until) || !kept(c, q.Query()) {
			continue
		}
		key := make([]string, len(q.By))
		for k, d := range q.By {
			key[k] = value(c, d, q.Zone)
		}
		g := groups[fmt.Sprintf("%q", key)]
		if g == nil {
			g = &ledger.ContextUse{Key: key}
			groups[fmt.Sprintf("%q", key)] = g
		}
		g.Calls++
		g.Input += c.Usage[usage.Input]
		var names []string
		var sizes []int64
		for _, part := range strings.Fields(c.PromptShares) {
			name, size, _ := strings.Cut(part, ":")
			n, _ := strconv.ParseInt(size, 10, 64)
			names, sizes = append(names, name), append(sizes, n)
		}
		tokens := plainShares(sizes, big.NewInt(c.Usage[usage.Input]))
		costs := make([]*big.Int, len(names))
		digits := uint8(18)
		var lines []struct {
			Kind string `json:"kind"`
			Cost string `json:"cost_usd"`
		}
		_ = json.Unmarshal([]byte(c.Cost.Bill.Text()), &lines)
		cost, known := udecimal.Zero, false
		for _, l := range lines {
			if strings.HasPrefix(l.Kind, "input") || strings.HasPrefix(l.Kind, "cache") {
				cost, known = cost.Add(amount(l.Cost)), true
			}
		}
		if known {
			g.Cost = g.Cost.Add(cost)
			scaled, _ := new(big.Rat).SetString(cost.String())
			short := new(big.Rat).Mul(scaled, big.NewRat(1e12, 1))
			if cost.Prec() <= 12 && short.Num().IsUint64() {
				digits = 12
			}
			units := new(big.Rat).Mul(scaled, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)))
			costs = plainShares(sizes, units.Num())
		} else if c.Usage[usage.Input] > 0 {
			g.NoCost++
		}
		for i, name := range names {
			at := slices.IndexFunc(g.Parts, func(p ledger.ContextPart) bool { return p.Name == name })
			if at < 0 {
				at = len(g.Parts)
				g.Parts = append(g.Parts, ledger.ContextPart{Name: name})
			}
			p := &g.Parts[at]
			p.Calls++
			p.Tokens += tokens[i].Int64()
			if costs[i] != nil {
				p.Cost = p.Cost.Add(amount(new(big.Rat).SetFrac(costs[i], new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)).FloatString(int(digits))))
			}
		}
	}
	uses := []ledger.ContextUse{}
	for _, g := range groups {
		slices.SortFunc(g.Parts, func(a, b ledger.ContextPart) int { return strings.Compare(a.Name, b.Name) })
		uses = append(uses, *g)
	}
	slices.SortFunc(uses, func(a, b ledger.ContextUse) int { return slices.Compare(a.Key, b.Key) })
	return uses
}

// plainShares gives each its quota, and the rest to the largest fractions.
func plainShares(sizes []int64, n *big.Int) []*big.Int {
	total := int64(0)
	for _, size := range sizes {
		total += size
	}
	shares, fractions, order := make([]*big.Int, len(sizes)), make([]*big.Rat, len(sizes)), make([]int, len(sizes))
	left := new(big.Int).Set(n)
	for i, size := range sizes {
		quota := new(big.Rat).Mul(new(big.Rat).SetInt(n), big.NewRat(size, total))
		shares[i] = new(big.Int).Quo(quota.Num(), quota.Denom())
		fractions[i] = quota.Sub(quota, new(big.Rat).SetInt(shares[i]))
		order[i] = i
		left.Sub(left, shares[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return fractions[b].Cmp(fractions[a]) })
	for _, i := range order[:left.Int64()] {
		shares[i].Add(shares[i], big.NewInt(1))
	}
	return shares
}
