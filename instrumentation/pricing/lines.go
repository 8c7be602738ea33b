package pricing

import (
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"
)

// AppendLines appends lines as a compact JSON array of objects with kind,
// quantity, rate_usd, per, cost_usd, and multiplier where there is one. Decimals are
// strings. It is the form of the spanledger.cost.line_items attribute.
func AppendLines(dst []byte, lines []Line) []byte {
	dst = append(dst, '[')
	for i := range lines {
		if i > 0 {
			dst = append(dst, ',')
		}
		line := &lines[i]
		dst = append(dst, `{"kind":"`...)
		dst = append(dst, line.Kind...) // a fixed word, nothing to escape
		dst = append(dst, `","quantity":`...)
		dst = strconv.AppendInt(dst, line.Quantity, 10)
		dst = appendDecimal(dst, `,"rate_usd":"`, line.Rate)
		dst = append(dst, `,"per":`...)
		dst = strconv.AppendInt(dst, line.Per, 10)
		if !line.Multiplier.Equal(one) {
			dst = appendDecimal(dst, `,"multiplier":"`, line.Multiplier)
		}
		dst = appendDecimal(dst, `,"cost_usd":"`, line.Amount)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendDecimal(dst []byte, key string, d udecimal.Decimal) []byte {
	text, _ := d.AppendText(append(dst, key...)) // never fails
	return append(text, '"')
}

// ParseLines appends the lines of a text in the form of AppendLines; ok is false for
// another form, of which nothing is appended. The kinds are parts of the text.
func ParseLines(dst []Line, text string) (lines []Line, ok bool) {
	p := lineParser{rest: text}
	lines = dst
	p.skip("[")
	for first := true; !p.failed && p.rest != "]"; first = false {
		if !first {
			p.skip(",")
		}
		line := Line{Multiplier: one}
		p.skip(`{"kind":"`)
		line.Kind = p.until('"')
		p.skip(`,"quantity":`)
		line.Quantity = p.count()
		p.skip(`"rate_usd":"`)
		line.Rate = p.decimal()
		p.skip(`,"per":`)
		line.Per = p.count()
		if strings.HasPrefix(p.rest, `"multiplier":`) {
			p.skip(`"multiplier":"`)
			line.Multiplier = p.decimal()
			p.skip(`,`)
		}
		p.skip(`"cost_usd":"`)
		line.Amount = p.decimal()
		p.skip(`}`)
		lines = append(lines, line)
	}
	if p.failed {
		return dst, false
	}
	return lines, true
}

// lineParser cuts what it expects off a text; once it has failed nothing counts.
type lineParser struct {
	rest   string
	failed bool
}

func (p *lineParser) skip(text string) {
	rest, ok := strings.CutPrefix(p.rest, text)
	p.rest, p.failed = rest, p.failed || !ok
}

// until cuts the end off as well.
func (p *lineParser) until(end byte) string {
	at := strings.IndexByte(p.rest, end)
	if at < 0 {
		p.failed = true
		return ""
	}
	text := p.rest[:at]
	p.rest = p.rest[at+1:]
	return text
}

// count reads a number that a comma follows.
func (p *lineParser) count() int64 {
	n, err := strconv.ParseInt(p.until(','), 10, 64)
	p.failed = p.failed || err != nil
	return n
}

func (p *lineParser) decimal() udecimal.Decimal {
	d, err := udecimal.Parse(p.until('"'))
	p.failed = p.failed || err != nil
	return d
}
