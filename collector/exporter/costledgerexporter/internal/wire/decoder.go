package wire

import (
	"math"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// decoder reads fields; once it has failed it reads nothing more.
type decoder struct {
	rest   string
	failed bool
}

// take cuts n bytes off.
func (d *decoder) take(n uint64) string {
	if d.failed || n > uint64(len(d.rest)) {
		d.failed = true
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) uvarint() uint64 {
	var n uint64
	for i := 0; i < len(d.rest) && i < maxVarint; i++ {
		b := d.rest[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			if i == maxVarint-1 && b > 1 {
				break // more than 64 bits
			}
			d.rest = d.rest[i+1:]
			return n
		}
	}
	d.failed = true
	d.rest = ""
	return 0
}

// maxVarint is how many bytes 64 bits take at seven a byte.
const maxVarint = 10

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// length reads how many elements follow, each of a byte at least.
func (d *decoder) length(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.rest)/size) {
		d.failed = true
		return 0
	}
	return int(n)
}

func (d *decoder) id(id []byte) { copy(id, d.take(uint64(len(id)))) }

func (d *decoder) instant(at *time.Time, before *int64) {
	*before += d.varint()
	*at = time.Unix(0, *before).UTC()
}

func (d *decoder) span(v *time.Duration) { *v = time.Duration(d.varint()) }

func (d *decoder) small(n *int) {
	u := d.uvarint()
	if u > math.MaxInt32 {
		d.failed = true
		return
	}
	*n = int(u)
}

func (d *decoder) counts(counts []int64) {
	set := d.uvarint()
	for i := range counts {
		if set&(1<<i) != 0 {
			counts[i] = d.varint()
		}
	}
	d.failed = d.failed || set>>len(counts) != 0
}

func (d *decoder) flags(flags ...*bool) {
	b := d.take(1)
	if d.failed {
		return
	}
	for i, f := range flags {
		*f = b[0]&(1<<i) != 0
	}
	d.failed = b[0]>>len(flags) != 0
}

func (d *decoder) text(s *string) { *s = d.take(d.uvarint()) }

func (d *decoder) word(s *string, seen *recent) {
	switch n := d.uvarint(); {
	case n == 0:
	case n <= recentSize:
		*s = seen.values[n-1]
	default:
		*s = d.take(n - recentSize)
		seen.add(*s)
	}
}

func (d *decoder) texts(list *[]string) {
	n := d.length(1)
	if n == 0 {
		return
	}
	*list = make([]string, n)
	for i := range *list {
		d.text(&(*list)[i])
	}
}

func (d *decoder) tags(tags *map[string]string) {
	n := d.length(2)
	if n == 0 {
		return
	}
	*tags = make(map[string]string, n)
	for range n {
		var key, value string
		d.text(&key)
		d.text(&value)
		(*tags)[key] = value
	}
}

func (d *decoder) ids(ids *[]ledger.SpanID) {
	n := d.length(len(ledger.SpanID{}))
	if n == 0 {
		return
	}
	*ids = make([]ledger.SpanID, n)
	for i := range *ids {
		d.id((*ids)[i][:])
	}
}

func (d *decoder) amount(amount **udecimal.Decimal) {
	sign := d.take(1)
	if d.failed || sign[0] == amountAbsent {
		return
	}
	units := ledger.Units{Neg: sign[0] == amountNegative, Hi: d.uvarint(), Lo: d.uvarint()}
	if sign[0] > amountNegative {
		d.failed = true
		return
	}
	value := units.Decimal()
	*amount = &value
}
