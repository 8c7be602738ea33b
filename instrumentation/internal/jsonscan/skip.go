package jsonscan

import "bytes"

// skipString consumes string content up to and including the closing quote.
func (s *Scanner) skipString(p []byte) (n int, done bool) {
	for n < len(p) {
		j := bytes.IndexByte(p[n:], '"')
		seg := p[n:]
		if j >= 0 {
			seg = p[n : n+j]
		}
		run := 0
		for run < len(seg) && seg[len(seg)-1-run] == '\\' {
			run++
		}
		odd := run%2 == 1
		if run == len(seg) {
			odd = odd != s.odd
		}
		if j < 0 {
			s.odd = odd
			return len(p), false
		}
		s.odd = false
		n += j + 1
		if !odd {
			return n, true
		}
	}
	return n, false
}

// skipNested consumes an unwanted object or array.
func (s *Scanner) skipNested(p []byte, i int) (next int, done bool) {
	for i < len(p) {
		if s.inStr {
			n, ended := s.skipString(p[i:])
			i += n
			s.inStr = !ended
			continue
		}
		switch p[i] {
		case '"':
			if end := closingQuote(p, i+1); end > 0 {
				i = end
			} else {
				s.inStr, s.odd = true, false
			}
		case '{', '[':
			s.nested++
		case '}', ']':
			s.nested--
			if s.nested == 0 {
				return i + 1, true
			}
		}
		i++
	}
	return i, false
}

// readRaw copies a value as it stands, or hands on its pieces.
func (s *Scanner) readRaw(p []byte, i int) int {
	start, done := i, false
	switch {
	case s.nested > 0:
		i, done = s.skipNested(p, i)
	case s.inStr:
		var n int
		n, done = s.skipString(p[i:])
		i += n
	case len(s.buf) == 0 && !s.tooLong && (p[i] == '{' || p[i] == '['):
		s.nested = 1
		i++
	case len(s.buf) == 0 && !s.tooLong && p[i] == '"':
		s.inStr, s.odd = true, false
		i++
	default:
		for i < len(p) && !endsLiteral(p[i]) {
			i++
		}
		if done = i < len(p); done && i == start && len(s.buf) == 0 && !s.tooLong {
			s.state = stBroken
			return i
		}
	}
	pieces := s.cur.mode == modePieces
	switch {
	case pieces:
		s.tooLong = true
		if i > start {
			s.h.Text(s.cur.field, p[start:i], false)
		}
	case s.tooLong:
	case len(s.buf)+i-start > s.limit:
		s.tooLong = true
		s.buf = s.buf[:0]
	default:
		s.buf = append(s.buf, p[start:i]...)
	}
	if !done {
		return i
	}
	s.inStr = false
	switch {
	case pieces:
		s.h.Text(s.cur.field, nil, true)
	case s.tooLong:
		s.h.Value(s.cur.field, RawTooLong, nil)
	default:
		s.h.Value(s.cur.field, RawJSON, s.buf)
	}
	s.endValue()
	return i
}
