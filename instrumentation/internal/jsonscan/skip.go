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

// readPieces delivers a value as it is in the document.
func (s *Scanner) readPieces(p []byte, i int) int {
	start, done := i, false
	switch {
	case s.nested > 0:
		i, done = s.skipNested(p, i)
	case s.inStr:
		var n int
		n, done = s.skipString(p[i:])
		i += n
	case !s.begun && (p[i] == '{' || p[i] == '['):
		s.nested = 1
		i++
	case !s.begun && p[i] == '"':
		s.inStr, s.odd = true, false
		i++
	default:
		for i < len(p) && !endsLiteral(p[i]) {
			i++
		}
		if done = i < len(p); done && i == start && !s.begun {
			s.state = stBroken
			return i
		}
	}
	s.begun = true
	if i > start {
		s.h.Text(s.cur.field, p[start:i], false)
	}
	if !done {
		return i
	}
	s.inStr = false
	s.h.Text(s.cur.field, nil, true)
	s.endValue()
	return i
}
