package wire

import (
	"encoding/binary"
	"strings"
)

// How a bill is written.
const (
	billNone    = iota
	billWhole   // a text
	billFigures // a word without its figures, then the figures
)

// maxBill bounds a bill that is taken apart, so that a damaged item cannot ask for
// much more memory than it takes itself.
const maxBill = 1024

// marks stand before the figures of a line item, in turn. Figures are digits and
// points, written in half a byte each; figureEnd ends each of them.
var marks = [...]string{`"quantity":`, `"cost_usd":"`}

const (
	figureSigns = "0123456789."
	figureEnd   = 15
)

func (e *encoder) bill(s *string, seen *recent) {
	switch {
	case *s == "":
		e.buf = append(e.buf, billNone)
		return
	case len(*s) > maxBill:
		e.buf = append(e.buf, billWhole)
		e.text(s)
		return
	}
	e.buf = append(e.buf, billFigures)
	e.words, e.halves = e.words[:0], e.halves[:0]
	rest := *s
	for mark := 0; ; mark++ {
		at := strings.Index(rest, marks[mark%len(marks)])
		if at < 0 {
			break
		}
		at += len(marks[mark%len(marks)])
		e.words = append(e.words, rest[:at]...)
		rest = rest[at:]
		i := 0
		for ; i < len(rest) && (rest[i] >= '0' && rest[i] <= '9' || rest[i] == '.'); i++ {
			half := rest[i] - '0'
			if rest[i] == '.' {
				half = byte(len(figureSigns) - 1)
			}
			e.halves = append(e.halves, half)
		}
		e.halves = append(e.halves, figureEnd)
		rest = rest[i:]
	}
	e.words = append(e.words, rest...)
	if i := seen.findBytes(e.words); i >= 0 {
		e.buf = append(e.buf, byte(i+1))
	} else {
		seen.add(string(e.words))
		e.buf = binary.AppendUvarint(e.buf, uint64(len(e.words)+recentSize))
		e.buf = append(e.buf, e.words...)
	}
	if len(e.halves)%2 != 0 {
		e.halves = append(e.halves, 0)
	}
	for i := 0; i < len(e.halves); i += 2 {
		e.buf = append(e.buf, e.halves[i]|e.halves[i+1]<<4)
	}
}

func (d *decoder) bill(s *string, seen *recent) {
	form := d.take(1)
	if d.failed {
		return
	}
	switch form[0] {
	case billNone:
	case billWhole:
		d.text(s)
	case billFigures:
		d.figures(s, seen)
	default:
		d.failed = true
	}
}

func (d *decoder) figures(s *string, seen *recent) {
	var rest string
	d.word(&rest, seen)
	if len(rest) > maxBill {
		d.failed = true
		return
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
				return
			}
			half := d.rest[halves/2] >> (halves % 2 * 4) & 15
			halves++
			if half == figureEnd {
				break
			}
			if int(half) >= len(figureSigns) {
				d.failed = true
				return
			}
			text.WriteByte(figureSigns[half])
		}
	}
	text.WriteString(rest)
	d.take(uint64(halves+1) / 2)
	*s = text.String()
}
