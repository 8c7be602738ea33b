package clickhouse

import (
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// card holds what rates say.
type card struct {
	rates string
	lines []pricing.Line // without quantity and amount
	units []udecimal.Decimal
	exact bool // no digit of an amount is lost, here or in the view

	texts []lineText // of the lines, between their figures
}

// lineText holds what a bill says of a line around its figures:
// lead quantity middle amount end.
type lineText struct{ lead, middle string }

const end = `"}`

// addText takes the text from the bill's own renderer, so that there is one form.
func (c *card) addText(i int, line *pricing.Line) {
	mark := *line
	mark.Quantity, mark.Amount = 0, udecimal.Decimal{}
	text := string(pricing.AppendLines(nil, []pricing.Line{mark}))
	lead, rest, _ := strings.Cut(text, `"quantity":0`)
	middle := strings.TrimSuffix(rest, `0`+end+`]`)
	if i > 0 {
		lead = "," + lead[1:]
	}
	c.texts = append(c.texts, lineText{lead: lead + `"quantity":`, middle: middle})
}

func (c *card) amount(i int, quantity int64) udecimal.Decimal {
	return c.units[i].Mul(udecimal.MustFromInt64(quantity, 0))
}

// match reads a bill of this card and appends its quantities. It holds only for
// what rendering them again would give to the byte; buf is for the amounts.
func (c *card) match(json string, quantities []int64, buf *[]byte) ([]int64, bool) {
	rest, before := json, len(quantities)
	for i := range c.texts {
		t := &c.texts[i]
		var ok bool
		if rest, ok = strings.CutPrefix(rest, t.lead); !ok {
			return quantities[:before], false
		}
		var quantity int64
		if quantity, rest, ok = cutCount(rest); !ok {
			return quantities[:before], false
		}
		if rest, ok = strings.CutPrefix(rest, t.middle); !ok {
			return quantities[:before], false
		}
		*buf, _ = c.amount(i, quantity).AppendText((*buf)[:0]) // never fails
		if len(rest) < len(*buf) || rest[:len(*buf)] != string(*buf) {
			return quantities[:before], false
		}
		if rest, ok = strings.CutPrefix(rest[len(*buf):], end); !ok {
			return quantities[:before], false
		}
		quantities = append(quantities, quantity)
	}
	return quantities, rest == "]"
}

// cutCount cuts a count off, of digits enough for any and written as Go writes it.
func cutCount(s string) (n int64, rest string, ok bool) {
	const mostDigits = 18
	i := 0
	for i < len(s) && i <= mostDigits && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int64(s[i]-'0')
		i++
	}
	return n, s[i:], i > 0 && i <= mostDigits && (s[0] != '0' || i == 1)
}

// Digits after the point: an amount here holds 19, the multiplier in the
// table's line_items 11.
const (
	maxDigits           = 19
	maxMultiplierDigits = 11
)

func readCard(rates string) card {
	c := card{rates: rates, exact: true}
	for text := range strings.SplitSeq(rates, ";") {
		words := strings.Split(text, " ")
		if len(words) < 3 || len(words) > 4 {
			return card{}
		}
		line := pricing.Line{Kind: words[0], Multiplier: one}
		var err error
		if line.Rate, err = udecimal.Parse(words[1]); err != nil {
			return card{}
		}
		if line.Per, err = strconv.ParseInt(words[2], 10, 64); err != nil {
			return card{}
		}
		if len(words) == 4 {
			if line.Multiplier, err = udecimal.Parse(words[3]); err != nil {
				return card{}
			}
		}
		zeros := len(words[2]) - 1
		if words[2] != "1"+strings.Repeat("0", zeros) {
			return card{} // only tenths are exact
		}
		digits := uint8(min(zeros, maxDigits))
		share, err := udecimal.NewFromInt64(1, digits)
		if err != nil || line.Rate.PrecUint()+line.Multiplier.PrecUint()+digits > maxDigits || line.Multiplier.PrecUint() > maxMultiplierDigits {
			return card{}
		}
		c.addText(len(c.lines), &line)
		c.lines = append(c.lines, line)
		c.units = append(c.units, share.Mul(line.Rate).Mul(line.Multiplier))
	}
	return c
}
