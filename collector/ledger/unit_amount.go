package ledger

import (
	"math/bits"

	"github.com/quagmt/udecimal"
)

// unitAmount is the amount of a quantity of 1.
type unitAmount struct {
	amount udecimal.Decimal

	// The same as a whole number of the smallest digit, so that a bill of known rates is
	// compared without writing its amounts: 0 where there is none of 64 bits.
	smallest uint64
	digits   uint8
}

func newUnitAmount(amount udecimal.Decimal) unitAmount {
	u := unitAmount{amount: amount}
	if negative, hi, lo, digits, ok := amount.ToHiLo(); ok && !negative && hi == 0 && digits <= maxDigits {
		u.smallest, u.digits = lo, digits
	}
	return u
}

func (u *unitAmount) of(quantity int64) udecimal.Decimal {
	return u.amount.Mul(udecimal.MustFromInt64(quantity, 0))
}

// cut cuts the amount of a quantity off, where the text has it as it would be written;
// buf is for amounts that are too large to compare as numbers.
func (u *unitAmount) cut(text string, quantity int64, buf *[]byte) (rest string, ok bool) {
	hi, want := bits.Mul64(u.smallest, uint64(quantity))
	if u.smallest == 0 || hi != 0 {
		*buf, _ = u.of(quantity).AppendText((*buf)[:0]) // never fails
		if len(text) < len(*buf) || text[:len(*buf)] != string(*buf) {
			return "", false
		}
		return text[len(*buf):], true
	}
	n, digits, rest, ok := cutDecimal(text)
	if !ok || digits > int(u.digits) {
		return "", false
	}
	hi, n = bits.Mul64(n, pow10[int(u.digits)-digits])
	return rest, hi == 0 && n == want
}

// cutDecimal cuts off a number, n over a power of ten, that is written as decimals are:
// without zeros that could be left out. ok is false for more digits than 64 bits hold.
func cutDecimal(s string) (n uint64, digits int, rest string, ok bool) {
	i, point := 0, -1
	for ; i < len(s) && i <= maxDigits; i++ {
		c := s[i] - '0'
		if c > 9 {
			if s[i] != '.' || point >= 0 {
				break
			}
			point = i
			continue
		}
		n = n*10 + uint64(c)
	}
	whole := i
	if point >= 0 {
		whole, digits = point, i-point-1
		ok = digits > 0 && s[i-1] != '0'
	} else {
		ok = i <= maxDigits
	}
	return n, digits, s[i:], ok && whole > 0 && (s[0] != '0' || whole == 1)
}
