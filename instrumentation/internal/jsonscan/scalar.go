package jsonscan

import "bytes"

func (s *Scanner) readKey(p []byte, i int) int {
	n, done := s.skipString(p[i:])
	part := p[i : i+n]
	if done {
		part = part[:n-1]
	}
	if !s.escaped && bytes.IndexByte(part, '\\') >= 0 {
		s.escaped = true
	}
	key := part
	if !done || s.escaped || len(s.buf) > 0 { // unescaping must not touch p
		if room := maxKey - len(s.buf); len(part) > room {
			part = part[:room]
		}
		s.buf = append(s.buf, part...)
		key = s.buf
	}
	if !done {
		return i + n
	}
	if s.escaped {
		key = unescape(key)
	}
	s.cur = s.stack[s.depth-1].node.lookup(key)
	s.state = stColon
	return i + n
}

func (s *Scanner) readScalarString(p []byte, i int) int {
	n, done := s.skipString(p[i:])
	part := p[i : i+n]
	if done {
		part = part[:n-1]
	}
	escaped := bytes.IndexByte(part, '\\') >= 0
	if done && len(s.buf) == 0 && !escaped {
		s.h.Value(s.cur.field, String, part[:min(len(part), MaxScalar)])
		s.endValue()
		return i + n
	}
	s.escaped = s.escaped || escaped
	if room := MaxScalar - len(s.buf); len(part) > room {
		part = part[:room]
	}
	s.buf = append(s.buf, part...)
	if done {
		v := s.buf
		if s.escaped {
			v = unescape(v)
		}
		s.h.Value(s.cur.field, String, v)
		s.endValue()
	}
	return i + n
}

func (s *Scanner) readLiteral(p []byte, i int) int {
	start := i
	for i < len(p) && !endsLiteral(p[i]) {
		i++
	}
	part := p[start:i]
	part = part[:min(len(part), MaxScalar)]
	if i == len(p) || len(s.buf) > 0 {
		if room := MaxScalar - len(s.buf); len(part) > room {
			part = part[:room]
		}
		s.buf = append(s.buf, part...)
		part = s.buf
	}
	if i < len(p) {
		kind, ok := literalKind(part)
		if !ok {
			s.state = stBroken
			return i
		}
		s.h.Value(s.cur.field, kind, part)
		s.endValue()
	}
	return i
}

func literalKind(v []byte) (Kind, bool) {
	switch string(v) {
	case "null":
		return Null, true
	case "true":
		return True, true
	case "false":
		return False, true
	}
	if c := v[0]; c != '-' && (c < '0' || c > '9') {
		return Null, false
	}
	return Number, true
}

func endsLiteral(c byte) bool { return c == ',' || c == '}' || c == ']' || isSpace(c) }
