package ledger

import (
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Rates has the common part of all bills of one price.
type Rates struct {
	// Text is "kind rate per" or "kind rate per multiplier" of each line, separated by
	// semicolons: "input 0.25 1000000;output 2 1000000".
	Text  string
	Lines []pricing.Line // without quantity and amount

	units []unitAmount
	texts []lineText
	valid bool // Text is ValidText
}

// lineText has the text of a bill before the quantity of a line, and between it and the
// amount. The lead of every line but the first ends the line before.
type lineText struct{ lead, middle string }

// Ends of a line, and of a bill.
const (
	lineEnd = `"}`
	billEnd = lineEnd + "]"
)

// ReadRates returns the rates of a text, nil for one that no bill was split into.
func ReadRates(text string) *Rates {
	r := billReaders.Get().(*BillReader)
	rates, known := r.known[text]
	if !known {
		rates = r.remember(strings.Clone(text))
	}
	billReaders.Put(r)
	return rates
}

// Bill returns the bill of a quantity for each line; it keeps the slice.
func (r *Rates) Bill(quantities []int64) Bill {
	if len(quantities) != len(r.Lines) {
		return Bill{}
	}
	return Bill{rates: r, quantities: quantities}
}

func (r *Rates) amount(i int, quantity int64) udecimal.Decimal {
	return r.units[i].of(quantity)
}

// match reads a bill of these rates and appends its quantities. It holds only for
// the text that writing them again would give to the byte; buf is for the amounts.
func (r *Rates) match(text string, quantities []int64, buf *[]byte) ([]int64, bool) {
	for i := range r.texts {
		t := &r.texts[i]
		var ok bool
		if text, ok = strings.CutPrefix(text, t.lead); !ok {
			return nil, false
		}
		var quantity int64
		if quantity, text, ok = cutCount(text); !ok {
			return nil, false
		}
		if text, ok = strings.CutPrefix(text, t.middle); !ok {
			return nil, false
		}
		if text, ok = r.units[i].cut(text, quantity, buf); !ok {
			return nil, false
		}
		quantities = append(quantities, quantity)
	}
	return quantities, text == billEnd
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
// line_items of ClickHouse's view 11.
const (
	maxDigits           = 19
	maxMultiplierDigits = 11
)

// one is the multiplier that a bill leaves out.
var one = udecimal.MustFromInt64(1, 0)

// appendRate appends the text of a line's rate; ok is false for a kind that could not
// be told from the rest.
func appendRate(dst []byte, line *pricing.Line) (appended []byte, ok bool) {
	if len(dst) > 0 {
		dst = append(dst, ';')
	}
	dst = append(append(dst, line.Kind...), ' ')
	dst, _ = line.Rate.AppendText(dst) // never fails
	dst = strconv.AppendInt(append(dst, ' '), line.Per, 10)
	if !line.Multiplier.Equal(one) {
		dst, _ = line.Multiplier.AppendText(append(dst, ' '))
	}
	return dst, !strings.ContainsAny(line.Kind, " ;")
}

// readRates returns nil for rates of which an amount might lose a digit, here or in
// the view of ClickHouse: only tenths are exact.
func readRates(text string) *Rates {
	r := &Rates{Text: text}
	for text := range strings.SplitSeq(text, ";") {
		words := strings.Split(text, " ")
		if len(words) < 3 || len(words) > 4 {
			return nil
		}
		line := pricing.Line{Kind: words[0], Multiplier: one}
		var err error
		if line.Rate, err = udecimal.Parse(words[1]); err != nil {
			return nil
		}
		if line.Per, err = strconv.ParseInt(words[2], 10, 64); err != nil {
			return nil
		}
		if len(words) == 4 {
			if line.Multiplier, err = udecimal.Parse(words[3]); err != nil {
				return nil
			}
		}
		zeros := len(words[2]) - 1
		if words[2] != "1"+strings.Repeat("0", zeros) {
			return nil
		}
		digits := uint8(min(zeros, maxDigits))
		share, err := udecimal.NewFromInt64(1, digits)
		if err != nil || line.Rate.PrecUint()+line.Multiplier.PrecUint()+digits > maxDigits || line.Multiplier.PrecUint() > maxMultiplierDigits {
			return nil
		}
		r.addText(line)
		r.Lines = append(r.Lines, line)
		r.units = append(r.units, newUnitAmount(share.Mul(line.Rate).Mul(line.Multiplier)))
	}
	r.valid = ValidText(text)
	return r
}

// addText takes the text from the bill's own writer, so that there is one form.
func (r *Rates) addText(line pricing.Line) {
	text := string(pricing.AppendLines(nil, []pricing.Line{line}))
	lead, rest, _ := strings.Cut(text, `"quantity":0`)
	middle := strings.TrimSuffix(rest, "0"+billEnd)
	if len(r.texts) > 0 {
		lead = lineEnd + "," + lead[1:]
	}
	r.texts = append(r.texts, lineText{lead: lead + `"quantity":`, middle: middle})
}
