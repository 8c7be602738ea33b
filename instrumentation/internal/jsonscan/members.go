package jsonscan

import (
	"encoding/binary"
	"math/bits"
)

// members reads the members of an object that stand whole in p, from the quote
// of a key at p[i] on: those whose key and value are short and without escapes,
// the value no object, array or value in pieces. It returns the position at which
// to continue, with the state. It has the effect of the state machine of [Scanner.Write] on
// the same bytes, in a fifth of the instructions; streams consist almost only of
// such members.
func (s *Scanner) members(p []byte, i int) int {
	n := s.stack[s.depth-1].node
	for {
		end := closingQuote(p, i+1)
		if end < 0 || end+1 >= len(p) || p[end+1] != ':' {
			s.state = stNextKey
			return i
		}
		s.cur = n.lookup(p[i+1 : end])
		i = skipSpace(p, end+2)
		s.state = stValue
		if i == len(p) {
			return i
		}
		after := s.shortValue(p, i)
		if after < 0 {
			return i
		}
		s.state = stAfter
		i = skipSpace(p, after)
		if i == len(p) || p[i] != ',' {
			return i
		}
		s.state = stNextKey
		i = skipSpace(p, i+1)
		if i == len(p) || p[i] != '"' {
			return i
		}
	}
}

// shortValue reads the value of a member at p[i] and returns where it ends, or
// -1, with nothing done, where it is not for [Scanner.members].
func (s *Scanner) shortValue(p []byte, i int) int {
	m := modeNone
	if s.cur != nil {
		m = s.cur.mode
	}
	switch c := p[i]; {
	case m == modePieces:
		return -1
	case c == '"':
		end := closingQuote(p, i+1)
		if end < 0 {
			return -1
		}
		switch m {
		case modeScalar, modeAny:
			s.h.Value(s.cur.field, String, p[i+1:end])
		case modeText:
			if end > i+1 {
				s.h.Text(s.cur.field, p[i+1:end], false)
			}
			s.h.Text(s.cur.field, nil, true)
		}
		return end + 1
	case beginsLiteral(c):
		end := i
		for end < len(p) && !literalEnd[p[end]] {
			end++
		}
		if end == len(p) || end-i > MaxScalar {
			return -1
		}
		if m.values() {
			kind, ok := literalKind(p[i:end])
			if !ok {
				return -1
			}
			s.h.Value(s.cur.field, kind, p[i:end])
		}
		return end
	default:
		return -1
	}
}

// short bounds the strings that [closingQuote] looks through; beyond it
// [bytes.IndexByte] is faster.
const short = 64

// closingQuote finds the quote that ends a short string without escapes, which
// begins at p[i]; -1 where the string is not one or does not end in p. It takes
// eight bytes at a time.
func closingQuote(p []byte, i int) int {
	const (
		ones      = 0x0101010101010101
		highs     = 0x8080808080808080
		quote     = ones * '"'
		backslash = ones * '\\'
	)
	end := min(len(p), i+short)
	for ; i+8 <= end; i += 8 {
		w := binary.LittleEndian.Uint64(p[i:])
		// The lowest high bit that is set in x-ones&^x belongs to the first
		// byte of x that is zero; those above it may be wrong.
		q, b := w^quote, w^backslash
		if found := ((q-ones)&^q | (b-ones)&^b) & highs; found != 0 {
			return quoteAt(p, i+bits.TrailingZeros64(found)/8)
		}
	}
	for ; i < end; i++ { // the last bytes of p
		if p[i] == '"' || p[i] == '\\' {
			return quoteAt(p, i)
		}
	}
	return -1
}

func quoteAt(p []byte, i int) int {
	if p[i] == '"' {
		return i
	}
	return -1
}

func skipSpace(p []byte, i int) int {
	for i < len(p) && isSpace(p[i]) {
		i++
	}
	return i
}

func beginsLiteral(c byte) bool {
	return '0' <= c && c <= '9' || c == 'n' || c == 't' || c == 'f' || c == '-'
}

var literalEnd = func() (ends [256]bool) {
	for c := range ends {
		ends[c] = endsLiteral(byte(c))
	}
	return ends
}()
