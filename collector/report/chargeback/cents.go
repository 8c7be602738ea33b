package chargeback

import (
	"math/big"
	"slices"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
)

// wholeUnits are the currencies that have no cents.
var wholeUnits = []string{"JPY", "KRW", "ISK"}

// smallestUnit is the number of decimals of an amount that can be paid.
func smallestUnit(currency string) int {
	if slices.Contains(wholeUnits, currency) {
		return 0
	}
	return 2
}

// due is an exact amount of someone.
type due struct {
	name   string
	amount *big.Rat
}

// toCents rounds amounts so that they add up to their rounded sum: each is rounded
// down, and the largest remainders get a cent each until the sum is met, by name
// among equals. The sum is rounded half away from zero. No amount moves by a cent or
// more.
func toCents(dues []due, decimals int) (rounded []udecimal.Decimal, sum udecimal.Decimal) {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
	type part struct {
		at        int
		remainder *big.Rat
	}
	cents := make([]*big.Int, len(dues))
	parts := make([]part, len(dues))
	exact, down := new(big.Rat), new(big.Int)
	for i := range dues {
		amount := new(big.Rat).Mul(dues[i].amount, scale)
		exact.Add(exact, amount)
		cents[i] = floor(amount)
		down.Add(down, cents[i])
		parts[i] = part{i, amount.Sub(amount, new(big.Rat).SetInt(cents[i]))}
	}
	rowsort.Func(parts, func(a, b part) int {
		if order := b.remainder.Cmp(a.remainder); order != 0 {
			return order
		}
		return strings.Compare(dues[a.at].name, dues[b.at].name)
	})
	total := roundHalfAway(exact)
	missing := new(big.Int).Sub(total, down).Int64()
	for _, p := range parts[:missing] {
		cents[p.at].Add(cents[p.at], big.NewInt(1))
	}
	rounded = make([]udecimal.Decimal, len(dues))
	for i, c := range cents {
		rounded[i] = fromCents(c, scale, decimals)
	}
	return rounded, fromCents(total, scale, decimals)
}

func fromCents(cents *big.Int, scale *big.Rat, decimals int) udecimal.Decimal {
	return udecimal.MustParse(new(big.Rat).Quo(new(big.Rat).SetInt(cents), scale).FloatString(decimals))
}

func floor(r *big.Rat) *big.Int {
	return new(big.Int).Div(r.Num(), r.Denom()) // rounds down, since a denominator is positive
}

func roundHalfAway(r *big.Rat) *big.Int {
	half := big.NewRat(1, 2)
	if r.Sign() < 0 {
		return new(big.Int).Neg(floor(new(big.Rat).Sub(half, r)))
	}
	return floor(new(big.Rat).Add(r, half))
}

func rational(d udecimal.Decimal) *big.Rat { return new(big.Rat).SetFrac(units(d), unit) }
