package jsonscan

import "errors"

const (
	// MaxScalar bounds a scalar that is delivered whole: ids, model names and
	// counts are far shorter.
	MaxScalar = 1024
	// maxKey is longer than any key a shape may want; a longer one is skipped.
	maxKey = 128
)

// ErrSyntax is the error of input that is not JSON on the wanted paths.
var ErrSyntax = errors.New("not JSON")

// ErrCut is the error of input that ends inside a document.
var ErrCut = errors.New("JSON ends too early")

type state uint8

const (
	stValue      state = iota // a value is expected
	stFirstElem               // a value or ']'
	stFirstKey                // a key or '}'
	stNextKey                 // a key
	stKey                     // inside a key
	stColon                   // ':'
	stAfter                   // ',' or the end of the container
	stScalarStr               // inside a wanted string
	stTextStr                 // inside a wanted string delivered in pieces
	stLiteral                 // inside a wanted number, true, false or null
	stSkipStr                 // inside an unwanted string
	stSkipLit                 // inside an unwanted literal
	stSkipNested              // inside an unwanted object or array
	stPieces                  // inside a value that is delivered in pieces
	stBroken
)

type frame struct {
	node  *node
	array bool
}

// Scanner feeds a [Handler] from bytes that arrive in pieces. The zero value
// is not usable; call [Scanner.Init].
type Scanner struct {
	shape *Shape
	h     Handler
	split bool

	state   state
	started bool // a document has begun
	odd     bool // the string so far ends in an odd number of backslashes
	inStr   bool // inside a string, within nested or pieces
	escaped bool // buf holds escapes
	begun   bool // a piece of the value was delivered
	depth   int
	nested  int
	cur     *node // of the value that is expected or being read
	stack   [maxDepth]frame
	buf     []byte
	esc     escape
	again   bool  // a document has been read
	before  int64 // bytes of earlier pieces
	at      int   // in this piece, of the bracket that is told of

	template template
}

// Offset is where the bracket is that Begin or End tells of, from the first byte after
// [Scanner.Init] on. Not for documents that follow another.
func (s *Scanner) Offset() int64 { return s.before + int64(s.at) }

// Init makes the scanner ready for a shape and a handler. With splitArray the elements of an array
// at the root are documents of their own.
func (s *Scanner) Init(shape *Shape, h Handler, splitArray bool) {
	s.shape, s.h, s.split = shape, h, splitArray
	s.again, s.before = false, 0
	s.template.runs, s.template.misses = s.template.runs[:0], 0
	s.Reset()
}

// Reset forgets an unfinished document and any error.
func (s *Scanner) Reset() {
	s.state, s.cur, s.depth, s.nested = stValue, s.shape.root, 0, 0
	s.started, s.odd, s.inStr, s.escaped, s.begun = false, false, false, false, false
	s.buf = s.buf[:0]
	s.esc = escape{}
}

// Err is [ErrSyntax] once the input is seen to be broken, [ErrCut] while a
// document is unfinished, else nil.
func (s *Scanner) Err() error {
	switch {
	case s.state == stBroken:
		return ErrSyntax
	case s.started:
		return ErrCut
	default:
		return nil
	}
}

// Write reads the next piece, and leaves it as it is. After a syntax error
// input is ignored until [Scanner.Reset].
func (s *Scanner) Write(p []byte) {
	for i := 0; i < len(p); {
		switch s.state {
		case stValue, stFirstElem:
			if isSpace(p[i]) {
				i++
				continue
			}
			if p[i] == ']' && s.state == stFirstElem {
				s.at = i
				i++
				s.closeContainer()
				continue
			}
			if p[i] == '{' && s.again && !s.started && s.depth == 0 && s.template.misses < maxMisses {
				if next := s.fromTemplate(p, i); next > i {
					i = next
					continue
				}
			}
			i = s.beginValue(p, i)
		case stFirstKey, stNextKey:
			switch c := p[i]; {
			case isSpace(c):
			case c == '"':
				if next := s.members(p, i); next > i {
					i = next
					continue
				}
				s.state, s.odd, s.escaped = stKey, false, false
				s.buf = s.buf[:0]
			case c == '}' && s.state == stFirstKey:
				s.at = i
				s.closeContainer()
			default:
				s.state = stBroken
			}
			i++
		case stKey:
			i = s.readKey(p, i)
		case stColon:
			switch c := p[i]; {
			case isSpace(c):
			case c == ':':
				s.state = stValue
			default:
				s.state = stBroken
			}
			i++
		case stAfter:
			s.at = i
			s.after(p[i])
			i++
		case stScalarStr:
			i = s.readScalarString(p, i)
		case stTextStr:
			i = s.readText(p, i)
		case stLiteral:
			i = s.readLiteral(p, i)
		case stSkipStr:
			n, done := s.skipString(p[i:])
			i += n
			if done {
				s.endValue()
			}
		case stSkipLit:
			for i < len(p) && !endsLiteral(p[i]) {
				i++
			}
			if i < len(p) {
				s.endValue()
			}
		case stSkipNested:
			var done bool
			if i, done = s.skipNested(p, i); done {
				s.endValue()
			}
		case stPieces:
			i = s.readPieces(p, i)
		case stBroken:
			i = len(p)
		}
	}
	s.before += int64(len(p))
}

// beginValue looks at the first byte of a value and returns where to continue.
func (s *Scanner) beginValue(p []byte, i int) int {
	s.started = true
	n, c := s.cur, p[i]
	if n != nil && n.mode == modePieces {
		s.state, s.nested, s.inStr, s.begun = stPieces, 0, false, false
		return i
	}
	switch c {
	case '{', '[':
		array := c == '['
		wanted := n != nil && (n.mode.frames() || array && n.elem != nil || !array && len(n.keys) > 0)
		if array && s.split && s.depth == 0 {
			s.started = false
			s.stack[0] = frame{array: true}
			s.depth = 1
			s.state, s.cur = stFirstElem, s.shape.root
			return i + 1
		}
		if !wanted || s.depth == maxDepth {
			s.state, s.nested, s.inStr = stSkipNested, 1, false
			return i + 1
		}
		s.stack[s.depth] = frame{node: n, array: array}
		s.depth++
		if n.mode.frames() {
			s.at = i
			s.h.Begin(n.field)
		}
		if array {
			s.state, s.cur = stFirstElem, n.elem
		} else {
			s.state = stFirstKey
		}
		return i + 1
	case '"':
		s.odd = false
		switch {
		case n == nil || n.mode == modeNone || n.mode == modeEach:
			s.state = stSkipStr
		case n.mode == modeText:
			s.state = stTextStr
			s.esc = escape{}
		default:
			s.state, s.escaped = stScalarStr, false
			s.buf = s.buf[:0]
		}
		return i + 1
	default:
		if !beginsLiteral(c) {
			s.state = stBroken
			return i
		}
		if n == nil || !n.mode.values() {
			s.state = stSkipLit
		} else {
			s.state = stLiteral
			s.buf = s.buf[:0]
		}
		return i
	}
}

// endValue steps behind a complete value.
func (s *Scanner) endValue() {
	switch {
	case s.depth == 0:
		s.document()
		s.state, s.cur = stValue, s.shape.root
	case s.depth == 1 && s.stack[0].node == nil:
		s.document()
		s.state = stAfter
	default:
		s.state = stAfter
	}
}

func (s *Scanner) document() {
	s.started, s.again = false, true
	s.h.Document()
}

func (s *Scanner) closeContainer() {
	s.depth--
	f := s.stack[s.depth]
	if f.node == nil { // the array that was split
		s.state, s.cur = stValue, s.shape.root
		return
	}
	if f.node.mode.frames() {
		s.h.End(f.node.field)
	}
	s.endValue()
}

func (s *Scanner) after(c byte) {
	f := &s.stack[s.depth-1]
	switch {
	case isSpace(c):
	case c == ',' && f.array:
		s.state = stValue
		if f.node != nil {
			s.cur = f.node.elem
		} else {
			s.cur = s.shape.root
		}
	case c == ',':
		s.state = stNextKey
	case c == ']' && f.array, c == '}' && !f.array:
		s.closeContainer()
	default:
		s.state = stBroken
	}
}

func isSpace(c byte) bool { return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t') }
