package clickhouse

import "github.com/ClickHouse/ch-go/proto"

// maxRows bounds a block, so that the keys of a dictionary, of which a block
// has one more at most than rows, fit 16 bits.
const maxRows = 1<<16 - 1

// wordColumn is a LowCardinality(String). It builds the dictionary of the block
// itself: neighbours mostly hold the same word, which then costs a comparison.
type wordColumn[T any] struct {
	columnBase
	words proto.ColStr
	wire  proto.ColLowCardinalityRaw
	index map[string]uint16
	field func(*T) *string

	last   string
	key    uint16
	recent [recentWords]recentWord
}

// recentWords is how many words are found without the index: those that take turns
// in a block.
const recentWords = 16

type recentWord struct {
	word string
	key  uint16
}

func word[T any](name string, field func(*T) *string) column[T] {
	c := &wordColumn[T]{columnBase: columnBase{title: name}, index: map[string]uint16{}, field: field}
	c.wire.Index = &c.words
	return c
}

func (c *wordColumn[T]) data() proto.Column { return &c.wire }

func (c *wordColumn[T]) reset() {
	clear(c.index)
	clear(c.recent[:])
	c.wire.Reset()
	c.used = false
}

func (c *wordColumn[T]) append(rows []T) {
	for i := range rows {
		c.put(*c.field(&rows[i]))
	}
}

func (c *wordColumn[T]) put(s string) {
	if c.words.Rows() == 0 {
		c.wire.Key = proto.KeyUInt16
		c.words.Append("")
		c.last, c.key = "", 0
	}
	if s != c.last {
		c.last, c.key = s, c.keyOf(s)
		c.used = true
	}
	c.wire.Keys16 = append(c.wire.Keys16, c.key)
}

// putKnown puts a word that is in the dictionary already, without making a
// string of it.
func (c *wordColumn[T]) putKnown(word []byte) bool {
	key, known := c.index[string(word)]
	if known {
		c.wire.Keys16 = append(c.wire.Keys16, key)
	}
	return known
}

func (c *wordColumn[T]) keyOf(s string) uint16 {
	if s == "" {
		return 0
	}
	recent := &c.recent[(uint(len(s))+uint(s[0])+uint(s[len(s)-1])<<1)%recentWords]
	if recent.word == s {
		return recent.key
	}
	key, known := c.index[s]
	if !known {
		key = uint16(c.words.Rows())
		c.words.Append(s)
		c.index[s] = key
	}
	*recent = recentWord{s, key}
	return key
}

func (c *wordColumn[T]) read(i int, row *T) { *c.field(row) = c.row(i) }

func (c *wordColumn[T]) row(i int) string {
	var key int
	switch c.wire.Key {
	case proto.KeyUInt8:
		key = int(c.wire.Keys8[i])
	case proto.KeyUInt16:
		key = int(c.wire.Keys16[i])
	case proto.KeyUInt32:
		key = int(c.wire.Keys32[i])
	case proto.KeyUInt64:
		key = int(c.wire.Keys64[i])
	}
	return c.words.Row(key)
}
