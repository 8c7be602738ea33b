package genai

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

const (
	// moneyDigits is how many digits behind the point the ledger keeps.
	moneyDigits = 18
	// maxExponent is beyond that of any amount.
	maxExponent = 40
)

// Money is a JSON number of units, of which 10^digits are a dollar, as decimal
// USD: without an exponent, and with no more digits than the ledger keeps. It
// is empty for what is no amount.
func Money(k jsonscan.Kind, v []byte, digits int) string {
	if k != jsonscan.Number {
		return ""
	}
	mantissa, exponent := string(v), 0
	if i := strings.IndexAny(mantissa, "eE"); i >= 0 {
		n, err := strconv.Atoi(mantissa[i+1:])
		if err != nil {
			return ""
		}
		mantissa, exponent = mantissa[:i], n
	}
	exponent -= digits
	if exponent < -maxExponent || exponent > maxExponent || len(mantissa) > maxExponent {
		return ""
	}
	text := mantissa + "e" + strconv.Itoa(exponent)
	amount, ok := new(big.Rat).SetString(text)
	if !ok {
		return ""
	}
	if !exact(amount) {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return trimmed(strconv.FormatFloat(f, 'f', moneyDigits, 64))
		}
	}
	return moneyText(amount)
}

// scale is the number of the ledger's units in a dollar.
var scale = new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(moneyDigits), nil))

// exact reports whether an amount has no more digits than the ledger keeps. One that
// has more was calculated in binary floating point: 0.0076265 becomes
// 0.0076265000000000005, whose text, rounded, would be another amount than the number.
func exact(amount *big.Rat) bool { return new(big.Rat).Mul(amount, scale).IsInt() }

// AddMoney is the sum of two amounts, each as [Money] writes them; an empty one
// counts as nothing.
func AddMoney(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if !okX || !okY {
		return ""
	}
	return moneyText(x.Add(x, y))
}

func moneyText(amount *big.Rat) string {
	return trimmed(amount.FloatString(moneyDigits))
}

// trimmed is an amount with decimals, without the zeros at its end.
func trimmed(text string) string {
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
