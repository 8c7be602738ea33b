package chargeback

import (
	"math/big"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/report/format"
)

// smallestUnit is the number of decimals of an amount that can be paid, by ISO 4217.
func smallestUnit(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}

// payable is the kind of amounts in a currency that are paid.
func payable(currency string) format.Kind {
	return format.Payable + format.Kind(smallestUnit(currency))
}

// unitNames says what amounts of a currency are rounded to, and names one of these units.
func unitNames(currency string) (units, one string) {
	switch decimals := smallestUnit(currency); decimals {
	case 0:
		return "whole " + currency, "1 " + currency
	case 2:
		return "cents", "a cent"
	default:
		one = udecimal.MustFromInt64(1, uint8(decimals)).String() + " " + currency
		return "multiples of " + one, one
	}
}

// formerUnit is the smallestUnit of releases that billed all others in hundredths.
func formerUnit(currency string) int {
	switch currency {
	case "ISK", "JPY", "KRW":
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
	units := make([]*big.Int, len(dues))
	parts := make([]part, len(dues))
	exact, down := new(big.Rat), new(big.Int)
	for i := range dues {
		amount := new(big.Rat).Mul(dues[i].amount, scale)
		exact.Add(exact, amount)
		units[i] = floor(amount)
		down.Add(down, units[i])
		parts[i] = part{i, amount.Sub(amount, new(big.Rat).SetInt(units[i]))}
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
		units[p.at].Add(units[p.at], big.NewInt(1))
	}
	rounded = make([]udecimal.Decimal, len(dues))
	for i, u := range units {
		rounded[i] = fromUnits(u, scale, decimals)
	}
	return rounded, fromUnits(total, scale, decimals)
}

func fromUnits(units *big.Int, scale *big.Rat, decimals int) udecimal.Decimal {
	return udecimal.MustParse(new(big.Rat).Quo(new(big.Rat).SetInt(units), scale).FloatString(decimals))
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
