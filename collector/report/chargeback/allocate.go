package chargeback

import (
	"math/big"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// units is an amount in the ledger's smallest unit, 10^-18.
func units(d udecimal.Decimal) *big.Int {
	digits := strings.Replace(d.StringFixed(ledger.Scale), ".", "", 1)
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		panic("chargeback: decimal " + digits)
	}
	return n
}

// amount is the opposite of units.
func amount(n *big.Int) udecimal.Decimal {
	return udecimal.MustParse(new(big.Rat).SetFrac(n, unit).FloatString(ledger.Scale))
}

var unit = new(big.Int).Exp(big.NewInt(10), big.NewInt(ledger.Scale), nil)

// weighted is one receiver of an allocation.
type weighted struct {
	name   string
	weight *big.Int
}

// spread divides an amount by weights so that the parts add up to it exactly:
// each part is rounded down, and the units left over go to the largest
// remainders, by name among equals. It is nil when all weights are zero.
func spread(total udecimal.Decimal, to []weighted) map[string]udecimal.Decimal {
	sum := new(big.Int)
	for _, w := range to {
		sum.Add(sum, w.weight)
	}
	if sum.Sign() <= 0 {
		return nil
	}
	type part struct {
		name            string
		whole, fraction *big.Int
	}
	pool := units(total)
	negative := pool.Sign() < 0
	pool.Abs(pool)
	rest := new(big.Int).Set(pool)
	parts := make([]part, len(to))
	for i, w := range to {
		whole, fraction := new(big.Int).QuoRem(new(big.Int).Mul(pool, w.weight), sum, new(big.Int))
		parts[i] = part{name: w.name, whole: whole, fraction: fraction}
		rest.Sub(rest, whole)
	}
	rowsort.Func(parts, func(a, b part) int {
		if order := b.fraction.Cmp(a.fraction); order != 0 {
			return order
		}
		return strings.Compare(a.name, b.name)
	})
	shares := make(map[string]udecimal.Decimal, len(parts))
	one := big.NewInt(1)
	for _, p := range parts {
		if rest.Sign() > 0 {
			p.whole.Add(p.whole, one)
			rest.Sub(rest, one)
		}
		if negative {
			p.whole.Neg(p.whole)
		}
		shares[p.name] = amount(p.whole)
	}
	return shares
}
