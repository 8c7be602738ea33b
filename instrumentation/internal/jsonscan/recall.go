package jsonscan

import "bytes"

const (
	// maxHead bounds what is kept of a document's beginning; the longest that
	// vendors repeat are below 500 bytes.
	maxHead = 1024
	// maxTold bounds the calls that are kept; chunks of vendors make below ten
	// before their text.
	maxTold = 64
	// maxMisses is how many documents in a row may begin otherwise than those
	// before until no more of them are kept.
	maxMisses = 16
)

// memory is how a document began, up to its first text, and what the handler
// was told on the way. The documents of a stream begin alike, and the same
// bytes make a scanner do the same: what has been read once is told again
// without reading it.
type memory struct {
	head   []byte
	told   []told
	values []byte // of told
	depth  int    // the scanner's behind head
	stack  [maxDepth]frame
	cur    *node

	misses int
	begin  int     // of the document that is being kept
	over   bool    // that has more than is kept
	h      Handler // of the scanner, while a document is being kept, else nil
}

// told is a call of a [Handler].
type told struct {
	call       uint8
	kind       Kind
	field      Field
	start, end int // of the value
}

const (
	toldValue = iota
	toldBegin
	toldEnd
)

// recall goes on behind the beginning of a document at p[i] if it is the one
// that is remembered. Otherwise it has the beginning kept, if the one before
// was another too: two kinds of documents may take turns.
func (s *Scanner) recall(p []byte, i int) int {
	m := &s.memory
	if len(m.head) > 0 && bytes.HasPrefix(p[i:], m.head) {
		m.misses = 0
		s.tell()
		return i + len(m.head)
	}
	s.forget()
	if m.misses > 0 || len(m.head) == 0 {
		m.head, m.told, m.values = m.head[:0], m.told[:0], m.values[:0]
		m.begin, m.over, m.h = i, false, s.h
		s.h = m
	}
	m.misses++
	return i
}

// tell calls the handler as it was called and goes on from where that led.
func (s *Scanner) tell() {
	m := &s.memory
	s.started = true
	for _, t := range m.told {
		switch t.call {
		case toldValue:
			s.h.Value(t.field, t.kind, m.values[t.start:t.end])
		case toldBegin:
			s.h.Begin(t.field)
		case toldEnd:
			s.h.End(t.field)
		}
	}
	s.depth, s.cur = m.depth, m.cur
	copy(s.stack[:], m.stack[:m.depth])
}

// keep remembers the document that is being read as far as p[i], where the
// value of s.cur is expected.
func (s *Scanner) keep(p []byte, i int) {
	m := &s.memory
	s.forget()
	if m.over || i-m.begin > maxHead {
		return
	}
	m.head = append(m.head, p[m.begin:i]...)
	m.depth, m.cur = s.depth, s.cur
	copy(m.stack[:], s.stack[:s.depth])
}

// forget stops to keep the document that is being read.
func (s *Scanner) forget() {
	if m := &s.memory; m.h != nil {
		s.h, m.h = m.h, nil
	}
}

// note keeps a call of the handler.
func (m *memory) note(call uint8, f Field, k Kind, v []byte) {
	if len(m.told) == maxTold || len(m.values)+len(v) > maxHead {
		m.over = true
		return
	}
	start := len(m.values)
	m.values = append(m.values, v...)
	m.told = append(m.told, told{call: call, field: f, kind: k, start: start, end: len(m.values)})
}

// Value notes the call and hands it on.
func (m *memory) Value(f Field, k Kind, v []byte) {
	m.note(toldValue, f, k, v)
	m.h.Value(f, k, v)
}

// Begin notes the call and hands it on.
func (m *memory) Begin(f Field) {
	m.note(toldBegin, f, Null, nil)
	m.h.Begin(f)
}

// End notes the call and hands it on.
func (m *memory) End(f Field) {
	m.note(toldEnd, f, Null, nil)
	m.h.End(f)
}

// Text and Document come when the scanner has stopped to keep the document.
func (m *memory) Text(f Field, piece []byte, last bool) { m.h.Text(f, piece, last) }

// Document is never called, see Text.
func (m *memory) Document() { m.h.Document() }
