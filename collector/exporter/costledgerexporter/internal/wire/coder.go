package wire

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// coder moves fields to or from the wire: one description of a row serves both
// directions. It is no interface, whose calls would put what they are given onto
// the heap.
type coder struct {
	reading bool
	encoder encoder // unless reading
	decoder decoder // when reading
}

func (x *coder) id(id []byte) {
	if x.reading {
		x.decoder.id(id)
	} else {
		x.encoder.id(id)
	}
}

func (x *coder) instant(at *time.Time, before *int64) {
	if x.reading {
		x.decoder.instant(at, before)
	} else {
		x.encoder.instant(at, before)
	}
}

func (x *coder) span(d *time.Duration) {
	if x.reading {
		x.decoder.span(d)
	} else {
		x.encoder.span(d)
	}
}

func (x *coder) small(n *int) {
	if x.reading {
		x.decoder.small(n)
	} else {
		x.encoder.small(n)
	}
}

func (x *coder) counts(counts []int64) {
	if x.reading {
		x.decoder.counts(counts)
	} else {
		x.encoder.counts(counts)
	}
}

func (x *coder) count(n *int64) {
	one := [1]int64{*n}
	x.counts(one[:])
	*n = one[0]
}

func (x *coder) flags(flags ...*bool) {
	if x.reading {
		x.decoder.flags(flags...)
	} else {
		x.encoder.flags(flags...)
	}
}

func (x *coder) text(s *string) {
	if x.reading {
		x.decoder.text(s)
	} else {
		x.encoder.text(s)
	}
}

func (x *coder) word(s *string, seen *recent) {
	if x.reading {
		x.decoder.word(s, seen)
	} else {
		x.encoder.word(s, seen)
	}
}

func (x *coder) bill(b *ledger.Bill, seen *recent) {
	if x.reading {
		x.decoder.bill(b, seen)
	} else {
		x.encoder.bill(b, seen)
	}
}

func (x *coder) texts(list *[]string) {
	if x.reading {
		x.decoder.texts(list)
	} else {
		x.encoder.texts(list)
	}
}

func (x *coder) tags(tags *map[string]string) {
	if x.reading {
		x.decoder.tags(tags)
	} else {
		x.encoder.tags(tags)
	}
}

func (x *coder) ids(ids *[]ledger.SpanID) {
	if x.reading {
		x.decoder.ids(ids)
	} else {
		x.encoder.ids(ids)
	}
}

func (x *coder) amount(amount **udecimal.Decimal) {
	if x.reading {
		x.decoder.amount(amount)
	} else {
		x.encoder.amount(amount)
	}
}
