package usage

import (
	"iter"
	"math/bits"
)

// Counts holds one count a field, of one call:
//
//	usage.Counts{usage.Input: 8000, usage.Output: 900}
//
// Input includes cache reads and writes, Output includes reasoning. Every
// other token count is a part of one of the two.
type Counts [NumFields]int64

// IsZero reports whether nothing was counted.
func (c *Counts) IsZero() bool { return *c == Counts{} }

// FirstNegative is the first field whose count is below zero; ok is false when
// there is none.
func (c *Counts) FirstNegative() (f Field, ok bool) {
	var signs int64
	for _, n := range c {
		signs |= n
	}
	if signs >= 0 {
		return 0, false
	}
	for f := range NumFields {
		if c[f] < 0 {
			return f, true
		}
	}
	return 0, false
}

// CompleteCacheWrites derives the total of cache writes where only its parts by
// time to live are known.
func (c *Counts) CompleteCacheWrites() {
	if c[CacheWrite] == 0 {
		c[CacheWrite] = c[CacheWrite5m] + c[CacheWrite30m] + c[CacheWrite1h] + c[CacheWrite12h]
	}
}

// Set is a set of fields.
type Set uint64

// Has reports whether the set holds a field.
func (s Set) Has(f Field) bool { return s&(1<<f) != 0 }

// With is the set and one field more.
func (s Set) With(f Field) Set { return s | 1<<f }

// All is the fields of the set, in order.
func (s Set) All() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for ; s != 0; s &= s - 1 {
			if !yield(Field(bits.TrailingZeros64(uint64(s)))) {
				return
			}
		}
	}
}
