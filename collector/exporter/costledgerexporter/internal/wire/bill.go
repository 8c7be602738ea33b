package wire

import (
	"encoding/binary"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
)

// bill writes rates as a word and a quantity for each; without rates the text, which
// is empty for no bill.
func (e *encoder) bill(b *ledger.Bill, seen *recent) {
	rates, quantities, text := b.Split()
	if rates == nil {
		e.buf = append(e.buf, 0)
		e.text(&text)
		return
	}
	e.word(&rates.Text, seen)
	for _, n := range quantities {
		e.buf = binary.AppendVarint(e.buf, n)
	}
}

func (d *decoder) bill(b *ledger.Bill, seen *recent) {
	var text string
	if d.word(&text, seen); text == "" {
		d.text(&text)
		*b = ledger.ReadBill(text)
		return
	}
	// Each quantity takes a byte at least, so that a damaged item cannot ask for much
	// more memory than it takes itself.
	rates := ledger.ReadRates(text)
	if rates == nil || len(rates.Lines) > len(d.rest) {
		d.failed = true
		return
	}
	quantities := make([]int64, len(rates.Lines))
	for i := range quantities {
		quantities[i] = d.varint()
	}
	*b = rates.Bill(quantities)
}

// How versions 4 to 7 write the text of a bill.
const (
	billNone    = iota
	billWhole   // a text
	billFigures // a word without its figures, then the figures
)

// maxBill bounds a bill of theirs that is taken apart, for the same reason.
const maxBill = 1024

// marks stand before the figures of a line, in turn. Figures are digits and points,
// in half a byte each; figureEnd ends each of them.
var marks = [...]string{`"quantity":`, `"cost_usd":"`}

const (
	figureSigns = "0123456789."
	figureEnd   = 15
)

// billText reads a bill of versions 4 to 7.
func (d *decoder) billText(seen *recent) (text string) {
	form := d.take(1)
	if d.failed {
		return ""
	}
	switch form[0] {
	case billNone:
	case billWhole:
		d.text(&text)
	case billFigures:
		text = d.figures(seen)
	default:
		d.failed = true
	}
	return text
}

func (d *decoder) figures(seen *recent) string {
	var rest string
	d.word(&rest, seen)
	if len(rest) > maxBill {
		d.failed = true
		return ""
	}
	var text strings.Builder
	text.Grow(2 * len(rest))
	halves := 0
	for mark := 0; !d.failed; mark++ {
		at := strings.Index(rest, marks[mark%len(marks)])
		if at < 0 {
			break
		}
		at += len(marks[mark%len(marks)])
		text.WriteString(rest[:at])
		rest = rest[at:]
		for {
			if halves/2 >= len(d.rest) {
				d.failed = true
				return ""
			}
			half := d.rest[halves/2] >> (halves % 2 * 4) & 15
			halves++
			if half == figureEnd {
				break
			}
			if int(half) >= len(figureSigns) {
				d.failed = true
				return ""
			}
			text.WriteByte(figureSigns[half])
		}
	}
	text.WriteString(rest)
	d.take(uint64(halves+1) / 2)
	return text.String()
}
