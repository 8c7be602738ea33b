package ledger

import (
	"math/bits"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// inputCost sums the lines of a bill that bill the input. It is not known of a call
// without a price, or with one for the whole, or if it would be below zero, which no
// parts can share.
func (s *ContextSums) inputCost(lineItems string) (cost udecimal.Decimal, known bool) {
	if lineItems == "" {
		return cost, false
	}
	lines, ok := pricing.ParseLines(s.lines[:0], lineItems)
	s.lines = lines
	if !ok {
		return cost, false
	}
	for i := range lines {
		if pricing.BillsInput(lines[i].Kind) {
			cost, known = cost.Add(lines[i].Amount), true
		}
	}
	if cost.IsNeg() {
		return udecimal.Zero, false
	}
	return cost, known
}

// inputUnits is inputCost in units of 10^-centDigits, of a bill in the form that most
// have: without signs, and with amounts of few digits. ok is false for another one.
func inputUnits(lineItems string) (units uint64, known, ok bool) {
	rest, ok := strings.CutPrefix(lineItems, "[")
	for first := true; ok && rest != "]"; first = false {
		if !first {
			if rest, ok = strings.CutPrefix(rest, ","); !ok {
				break
			}
		}
		var kind string
		var amount, carry uint64
		if kind, amount, rest, ok = cutLine(rest); !ok {
			break
		}
		if kind != "output" && pricing.BillsInput(kind) {
			units, carry = bits.Add64(units, amount, 0)
			known, ok = true, carry == 0
		}
	}
	return units, known, ok
}

// cutLine cuts a line of a bill off a text.
func cutLine(text string) (kind string, amount uint64, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(text, `{"kind":"`); !ok {
		return "", 0, rest, false
	}
	if kind, rest, ok = strings.Cut(rest, `"`); !ok {
		return "", 0, rest, false
	}
	const rateField = `,"rate_usd":"`
	for _, field := range [...]string{`,"quantity":`, rateField, `","per":`} {
		if rest, ok = strings.CutPrefix(rest, field); !ok {
			return "", 0, rest, false
		}
		if rest, ok = cutNumber(rest, field == rateField); !ok {
			return "", 0, rest, false
		}
	}
	if multiplied, found := strings.CutPrefix(rest, `,"multiplier":"`); found {
		if rest, ok = cutNumber(multiplied, true); !ok {
			return "", 0, rest, false
		}
		if rest, ok = strings.CutPrefix(rest, `"`); !ok {
			return "", 0, rest, false
		}
	}
	if rest, ok = strings.CutPrefix(rest, `,"cost_usd":"`); !ok {
		return "", 0, rest, false
	}
	if amount, rest, ok = cutAmount(rest); !ok {
		return "", 0, rest, false
	}
	rest, ok = strings.CutPrefix(rest, `"}`)
	return kind, amount, rest, ok
}

// numberDigits limits the digits of a number, so that it fits 64 bits.
const numberDigits = 18

// cutNumber cuts an unsigned number off a text.
func cutNumber(text string, fraction bool) (rest string, ok bool) {
	n := digits(text)
	if n == 0 {
		return text, false
	}
	if fraction && n < len(text) && text[n] == '.' {
		decimals := digits(text[n+1:])
		if decimals == 0 {
			return text, false
		}
		n += 1 + decimals
	}
	return text[n:], n <= numberDigits
}

// cutAmount cuts an amount of fewer than seven digits before its point, and at most
// centDigits after it, off a text. It is in units of 10^-centDigits.
func cutAmount(text string) (units uint64, rest string, ok bool) {
	const wholeDigits = 6
	n := digits(text)
	if n == 0 || n > wholeDigits {
		return 0, text, false
	}
	for i := range n {
		units = units*10 + uint64(text[i]-'0')
	}
	text = text[n:]
	decimals := 0
	if strings.HasPrefix(text, ".") {
		if decimals = digits(text[1:]); decimals == 0 || decimals > centDigits {
			return 0, text, false
		}
		for i := range decimals {
			units = units*10 + uint64(text[1+i]-'0')
		}
		text = text[1+decimals:]
	}
	return units * powers[centDigits-decimals], text, true
}

// powers of ten.
var powers = func() (p [centDigits + 1]uint64) {
	p[0] = 1
	for i := range centDigits {
		p[i+1] = 10 * p[i]
	}
	return p
}()

// digits counts those that a text begins with.
func digits(text string) (n int) {
	for n < len(text) && text[n]-'0' < 10 {
		n++
	}
	return n
}
