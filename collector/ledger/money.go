package ledger

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"

	"github.com/quagmt/udecimal"
)

// Scale is the number of decimals of every amount in a store: Decimal(38, 18).
const Scale = 18

// Units is an amount in 10^-18 of its currency: a sign and a 128-bit magnitude
// below 10^38.
type Units struct {
	Neg    bool
	Hi, Lo uint64
}

var (
	errTooPrecise = errors.New("has more than 18 decimals")
	errTooLarge   = errors.New("needs more than 20 digits before the point")
)

// maxUnits is 10^38, the first magnitude that Decimal(38, 18) cannot hold.
var maxUnits = func() Units {
	hi, lo := bits.Mul64(1e19, 1e19)
	return Units{Hi: hi, Lo: lo}
}()

// UnitsOf converts an amount exactly, or says why no store can hold it.
func UnitsOf(d udecimal.Decimal) (Units, error) {
	neg, hi, lo, prec, ok := d.ToHiLo()
	if !ok {
		return Units{}, errTooLarge
	}
	if prec > Scale {
		t := d.Trunc(Scale)
		if !t.Equal(d) {
			return Units{}, errTooPrecise
		}
		neg, hi, lo, prec, ok = t.ToHiLo()
		if !ok {
			return Units{}, errTooLarge
		}
	}
	factor := pow10[Scale-prec]
	overflow, _ := bits.Mul64(hi, factor)
	carry, low := bits.Mul64(lo, factor)
	high, c := bits.Add64(hi*factor, carry, 0)
	u := Units{Neg: neg, Hi: high, Lo: low}
	if overflow != 0 || c != 0 || !u.less(maxUnits) {
		return Units{}, errTooLarge
	}
	return u, nil
}

func (u Units) less(v Units) bool {
	return u.Hi < v.Hi || u.Hi == v.Hi && u.Lo < v.Lo
}

// Decimal is the amount in whole units of the currency.
func (u Units) Decimal() udecimal.Decimal {
	d, err := udecimal.NewFromHiLo(u.Neg, u.Hi, u.Lo, Scale)
	if err != nil {
		panic(fmt.Sprintf("ledger: units with scale %d: %v", Scale, err)) // only a scale over 19 can fail
	}
	return d
}

// UnitsOfBig is a signed number of units of at most 128 bits.
func UnitsOfBig(i *big.Int) (Units, error) {
	if i.BitLen() > 128 {
		return Units{}, errTooLarge
	}
	magnitude := new(big.Int).Abs(i)
	lo := new(big.Int).And(magnitude, new(big.Int).SetUint64(^uint64(0)))
	return Units{
		Neg: i.Sign() < 0,
		Hi:  new(big.Int).Rsh(magnitude, 64).Uint64(),
		Lo:  lo.Uint64(),
	}, nil
}

// pow10 are the powers of ten that 64 bits hold.
var pow10 = func() (p [maxDigits + 1]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()
