package jsonscan

import "bytes"

const (
	// maxParts bounds what a template has; chunks of vendors have below forty.
	maxParts = 64
	// maxTemplate bounds the document that a template is.
	maxTemplate = 2048
	// maxMisses is how many documents in a row may be unlike the template until no
	// more of them are compared.
	maxMisses = 16
)

// template is a document with what the handler is told on the way through it. The
// documents of a stream differ in few of their scalar values: one that has the same
// bytes between those is read by comparing them, without looking up its keys.
type template struct {
	text   []byte // of the document
	parts  []part
	runs   []run
	values [maxParts]slot // of the document that is compared, by part
	misses int
}

// part is a place in a document.
type part struct {
	call       call
	differs    bool // from one document to the next
	field      Field
	kind       Kind
	start, end int // of a value in the text, with its quotes
}

// run is bytes of the text that documents have in common, and the part that
// differs behind them.
type run struct{ start, end, part int }

// call is the meaning of a place in a document.
type call uint8

const (
	callBegin call = iota
	callEnd        // of an object or array
	callValue      // a scalar
	callText       // a string that is delivered in pieces
	callSkip       // a scalar that is not wanted
)

// slot is a value in the document that is compared, with its quotes.
type slot struct {
	start, end int
	kind       Kind
}

// escapedString is the kind of a string with escapes, in a slot.
const escapedString = String + 1

// fromTemplate reads the document at p[i] if it is whole in p and like the one that
// is remembered, and returns where it ends. Otherwise it does nothing and returns
// i, having remembered the document if the one before was unlike the template too.
func (s *Scanner) fromTemplate(p []byte, i int) int {
	t := &s.template
	end := t.match(p, i)
	if end == 0 && len(t.runs) > 0 {
		end = t.loosen(p, i)
	}
	if end > 0 {
		t.misses = 0
		s.deliver(p)
		return end
	}
	if t.misses > 0 || len(t.runs) == 0 {
		t.learn(s.shape.root, p[i:])
	}
	t.misses++
	return i
}

// match compares a document with the template, notes where the values are that
// differ, and returns where it ends; 0 where it differs in anything else.
func (t *template) match(p []byte, i int) int {
	for n := range t.runs {
		r := &t.runs[n]
		same := t.text[r.start:r.end]
		if len(p)-i < len(same) || string(p[i:i+len(same)]) != string(same) {
			return 0
		}
		if i += len(same); r.part < 0 {
			return i
		}
		if i = t.values[r.part].find(p, i, t.parts[r.part].call); i == 0 {
			return 0
		}
	}
	return 0
}

// loosen compares a document that did not match in other than its values. Those that
// are not the template's differ from then on.
func (t *template) loosen(p []byte, i int) int {
	t.join(func(*part) bool { return true })
	end := t.match(p, i)
	if end > 0 {
		for n := range t.parts {
			if at, v := &t.parts[n], &t.values[n]; at.call >= callValue {
				at.differs = at.differs || !bytes.Equal(t.text[at.start:at.end], p[v.start:v.end])
			}
		}
	}
	t.join(func(at *part) bool { return at.differs })
	return end
}

// join makes the runs between those values that differ.
func (t *template) join(differs func(*part) bool) {
	t.runs = t.runs[:0]
	start := 0
	for n := range t.parts {
		if at := &t.parts[n]; at.call >= callValue && differs(at) {
			t.runs = append(t.runs, run{start, at.start, n})
			start = at.end
		}
	}
	t.runs = append(t.runs, run{start, len(t.text), -1})
}

// find notes the scalar at p[i] and returns where it ends; 0 where there is none, or
// one that is not read at once.
func (v *slot) find(p []byte, i int, c call) int {
	if i == len(p) {
		return 0
	}
	v.start = i
	if p[i] == '"' {
		end, escaped := stringEnd(p, i+1)
		if end < 0 || c == callValue && (escaped || end-i > MaxScalar) {
			return 0
		}
		v.end, v.kind = end+1, String
		if escaped {
			v.kind = escapedString
		}
		return v.end
	}
	if c == callText || !beginsLiteral(p[i]) {
		return 0
	}
	end := i
	for end < len(p) && !literalEnd[p[end]] {
		end++
	}
	if end == len(p) || end-i > MaxScalar {
		return 0
	}
	if v.end = end; c == callValue {
		kind, ok := literalKind(p[i:end])
		if !ok {
			return 0
		}
		v.kind = kind
	}
	return end
}

// stringEnd finds the quote that ends a string, of which p[i] is the first byte, and
// says whether it has escapes; -1 where it does not end in p.
func stringEnd(p []byte, i int) (end int, escaped bool) {
	if end := closingQuote(p, i); end >= 0 {
		return end, false
	}
	for end = i; ; end++ {
		next := bytes.IndexByte(p[end:], '"')
		if next < 0 {
			return -1, false
		}
		end += next
		run := end
		for run > i && p[run-1] == '\\' {
			run--
		}
		if (end-run)%2 == 0 {
			return end, bytes.IndexByte(p[i:end], '\\') >= 0
		}
	}
}

// deliver calls the handler for a document that was matched.
func (s *Scanner) deliver(p []byte) {
	t := &s.template
	for n := range t.parts {
		at := &t.parts[n]
		if at.call <= callEnd {
			if at.call == callBegin {
				s.h.Begin(at.field)
			} else {
				s.h.End(at.field)
			}
			continue
		}
		if at.call == callSkip {
			continue
		}
		text, kind := t.text[at.start:at.end], at.kind
		if at.differs {
			v := &t.values[n]
			text, kind = p[v.start:v.end], v.kind
		}
		if kind >= String {
			text = text[1 : len(text)-1]
		}
		if at.call == callValue {
			s.h.Value(at.field, kind, text)
			continue
		}
		switch {
		case kind == escapedString:
			s.esc = escape{}
			s.pieces(at.field, text[:len(text)+1], 0)
		case len(text) > 0:
			s.h.Text(at.field, text, false)
		}
		s.h.Text(at.field, nil, true)
	}
	s.document()
	s.state, s.cur = stValue, s.shape.root
}

// learn makes the document that p begins with the template, if that is possible: it is
// whole in p, with short values, and nothing of it is wanted raw.
func (t *template) learn(root *node, p []byte) {
	t.parts, t.runs = t.parts[:0], t.runs[:0]
	l := learner{template: t, p: p, cur: root}
	for l.value() {
		if l.closed() && l.i <= maxTemplate {
			t.text = append(t.text[:0], p[:l.i]...)
			t.join(func(at *part) bool { return at.differs })
			return
		}
	}
}

// learner walks through a document as [Scanner.Write] does.
type learner struct {
	*template
	p     []byte
	i     int   // the place in p
	cur   *node // of the value that is expected there
	stack [maxDepth]frame
	depth int
}

func (l *learner) add(p part) bool {
	l.parts = append(l.parts, p)
	return len(l.parts) <= maxParts
}

// space steps over white space and reports whether something follows.
func (l *learner) space() bool {
	l.i = skipSpace(l.p, l.i)
	return l.i < len(l.p)
}

// value takes in a scalar, or continues with the first that is in an object or array.
func (l *learner) value() bool {
	if !l.space() {
		return false
	}
	n := l.cur
	if n != nil && n.mode == modePieces {
		return false
	}
	c := l.p[l.i]
	if c != '{' && c != '[' {
		return l.scalar(n)
	}
	array := c == '['
	wanted := n != nil && (n.mode.frames() || array && n.elem != nil || !array && len(n.keys) > 0)
	if !wanted || l.depth == maxDepth {
		return l.skip()
	}
	l.stack[l.depth] = frame{n, array}
	l.depth++
	l.i++
	if n.mode.frames() && !l.add(part{call: callBegin, field: n.field}) || !l.space() {
		return false
	}
	if l.p[l.i] == closing(array) {
		return true // closed takes it in
	}
	if array {
		l.cur = n.elem
		return l.value()
	}
	return l.key() && l.value()
}

func closing(array bool) byte {
	if array {
		return ']'
	}
	return '}'
}

// scalar takes in a scalar.
func (l *learner) scalar(n *node) bool {
	at := part{call: callSkip}
	switch {
	case n == nil:
	case n.mode.values():
		at.call, at.field = callValue, n.field
	case n.mode == modeText:
		at.call, at.field, at.differs = callText, n.field, true
	}
	var v slot
	if l.i = v.find(l.p, l.i, at.call); l.i == 0 {
		return false
	}
	at.kind, at.start, at.end = v.kind, v.start, v.end
	return l.add(at)
}

// skip steps over an object or array that is not wanted.
func (l *learner) skip() bool {
	var s Scanner
	s.nested = 1
	next, done := s.skipNested(l.p, l.i+1)
	l.i = next
	return done
}

// key takes in the key of a member.
func (l *learner) key() bool {
	if !l.space() || l.p[l.i] != '"' {
		return false
	}
	end := closingQuote(l.p, l.i+1)
	if end < 0 {
		return false
	}
	l.cur = l.stack[l.depth-1].node.lookup(l.p[l.i+1 : end])
	l.i = end + 1
	if !l.space() || l.p[l.i] != ':' {
		return false
	}
	l.i++
	return true
}

// closed continues after a value and reports whether that was the document; cur is
// then the next value that is expected. What is not JSON ends at a value that is
// none.
func (l *learner) closed() bool {
	for l.depth > 0 {
		if !l.space() {
			return false
		}
		f := &l.stack[l.depth-1]
		switch c := l.p[l.i]; {
		case c == ',' && !f.array:
			l.i++
			if !l.key() {
				l.i = len(l.p)
			}
			return false
		case c == ',':
			l.i++
			l.cur = f.node.elem
			return false
		case c == closing(f.array):
			l.i++
			l.depth--
			if f.node.mode.frames() && !l.add(part{call: callEnd, field: f.node.field}) {
				l.i = len(l.p)
				return false
			}
		default:
			l.i = len(l.p)
			return false
		}
	}
	return true
}
