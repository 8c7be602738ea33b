package wire

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

type encoder struct {
	buf []byte
	err error // the first
}

func (e *encoder) id(id []byte) { e.buf = append(e.buf, id...) }

func (e *encoder) instant(at *time.Time, before *int64) {
	now := at.UnixNano()
	e.buf = binary.AppendVarint(e.buf, now-*before)
	*before = now
}

func (e *encoder) span(d *time.Duration) { e.buf = binary.AppendVarint(e.buf, int64(*d)) }

func (e *encoder) small(n *int) { e.buf = binary.AppendUvarint(e.buf, uint64(*n)) }

// counts writes which of them are not zero, then those.
func (e *encoder) counts(counts []int64) {
	var set uint64
	for i, n := range counts {
		if n != 0 {
			set |= 1 << i
		}
	}
	e.buf = binary.AppendUvarint(e.buf, set)
	for _, n := range counts {
		if n != 0 {
			e.buf = binary.AppendVarint(e.buf, n)
		}
	}
}

func (e *encoder) flags(flags ...*bool) {
	var set byte
	for i, f := range flags {
		if *f {
			set |= 1 << i
		}
	}
	e.buf = append(e.buf, set)
}

func (e *encoder) text(s *string) {
	e.buf = binary.AppendUvarint(e.buf, uint64(len(*s)))
	e.buf = append(e.buf, *s...)
}

// word writes 0 for nothing, 1 to recentSize for a value seen, else the length
// above those.
func (e *encoder) word(s *string, seen *recent) {
	if *s == "" {
		e.buf = append(e.buf, 0)
		return
	}
	if i := seen.find(*s); i >= 0 {
		e.buf = append(e.buf, byte(i+1))
		return
	}
	seen.add(*s)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(*s)+recentSize))
	e.buf = append(e.buf, *s...)
}

func (e *encoder) texts(list *[]string) {
	e.buf = binary.AppendUvarint(e.buf, uint64(len(*list)))
	for i := range *list {
		e.text(&(*list)[i])
	}
}

// tags are sorted: equal rows are equal items.
func (e *encoder) tags(tags *map[string]string) {
	e.buf = binary.AppendUvarint(e.buf, uint64(len(*tags)))
	if len(*tags) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(*tags)) {
		value := (*tags)[key]
		e.text(&key)
		e.text(&value)
	}
}

func (e *encoder) ids(ids *[]ledger.SpanID) {
	e.buf = binary.AppendUvarint(e.buf, uint64(len(*ids)))
	for _, id := range *ids {
		e.buf = append(e.buf, id[:]...)
	}
}

// Signs of an amount.
const (
	amountAbsent = iota
	amountPositive
	amountNegative
)

func (e *encoder) amount(amount **udecimal.Decimal) {
	if *amount == nil {
		e.buf = append(e.buf, amountAbsent)
		return
	}
	units, err := ledger.UnitsOf(**amount)
	if err != nil {
		if e.err == nil {
			e.err = err
		}
		return
	}
	sign := byte(amountPositive)
	if units.Neg {
		sign = amountNegative
	}
	e.buf = append(e.buf, sign)
	e.buf = binary.AppendUvarint(e.buf, units.Hi)
	e.buf = binary.AppendUvarint(e.buf, units.Lo)
}
