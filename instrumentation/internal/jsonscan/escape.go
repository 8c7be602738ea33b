package jsonscan

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// escape is an escape sequence that may be spread over several pieces.
type escape struct {
	n    int     // bytes of the sequence seen, 0 = outside one
	hex  rune    // of a \u sequence so far
	high rune    // a high surrogate that waits for its low half
	out  [8]byte // decoded
}

// add takes the next byte of a sequence and returns what it decodes to once
// it is complete.
func (e *escape) add(c byte) (out []byte, done bool) {
	e.n++
	switch {
	case e.n == 1: // the backslash
		return nil, false
	case e.n == 2 && c != 'u':
		e.n = 0
		return e.emit(simpleEscape(c)), true
	case e.n == 2:
		e.hex = 0
		return nil, false
	}
	e.hex = e.hex<<4 | hexValue(c)
	if e.n < 6 {
		return nil, false
	}
	e.n = 0
	if utf16.IsSurrogate(e.hex) && e.hex < 0xDC00 {
		out = e.flush()
		e.high = e.hex
		return out, true
	}
	if e.high != 0 {
		if r := utf16.DecodeRune(e.high, e.hex); r != utf8.RuneError {
			e.high = 0
			return e.emit(r), true
		}
		return e.emit(e.hex), true
	}
	return e.emit(e.hex), true
}

// emit encodes r, behind the replacement of a surrogate left alone.
func (e *escape) emit(r rune) []byte {
	out := e.flush()
	return utf8.AppendRune(out, r)
}

// flush returns the replacement of a surrogate left alone, if there is one.
func (e *escape) flush() []byte {
	out := e.out[:0]
	if e.high != 0 {
		e.high = 0
		out = utf8.AppendRune(out, utf8.RuneError)
	}
	return out
}

func simpleEscape(c byte) rune {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	default:
		return rune(c)
	}
}

func hexValue(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	default:
		return 0
	}
}

// unescape decodes v in place: the result is never longer.
func unescape(v []byte) []byte {
	out := v[:0]
	var e escape
	for _, c := range v {
		switch {
		case e.n > 0 || c == '\\':
			if e.high != 0 && e.n == 0 && c != '\\' {
				out = append(out, e.flush()...)
			}
			decoded, _ := e.add(c)
			out = append(out, decoded...)
		default:
			if e.high != 0 {
				out = append(out, e.flush()...)
			}
			out = append(out, c)
		}
	}
	return append(out, e.flush()...)
}

// readText hands on a string in pieces.
func (s *Scanner) readText(p []byte, i int) int {
	next, done := s.pieces(s.cur.field, p, i)
	if done {
		s.h.Text(s.cur.field, nil, true)
		s.endValue()
	}
	return next
}

// pieces delivers a string as far as it is in p, up to and including its quote.
func (s *Scanner) pieces(f Field, p []byte, i int) (next int, done bool) {
	for i < len(p) {
		if s.esc.n > 0 || p[i] == '\\' {
			out, _ := s.esc.add(p[i])
			i++
			if len(out) > 0 {
				s.h.Text(f, out, false)
			}
			continue
		}
		if out := s.esc.flush(); len(out) > 0 {
			s.h.Text(f, out, false)
		}
		if p[i] == '"' {
			return i + 1, true
		}
		end := len(p)
		if q := bytes.IndexByte(p[i:], '"'); q >= 0 {
			end = i + q
		}
		if b := bytes.IndexByte(p[i:end], '\\'); b >= 0 {
			end = i + b
		}
		s.h.Text(f, p[i:end], false)
		i = end
	}
	return i, false
}
