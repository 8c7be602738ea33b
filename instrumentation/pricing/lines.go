package pricing

import (
	"strconv"

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
