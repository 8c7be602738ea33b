package sse

import "bytes"

// Handler receives the data of events.
type Handler interface {
	// Data delivers a piece of the current event's data, valid during the
	// call only. Lines of one event are joined by a newline.
	Data(piece []byte)
	// Event marks the end of an event that has data.
	Event(name []byte)
}

// maxName bounds the event name that is kept; vendors stay below 50 bytes.
const maxName = 64

type state uint8

const (
	lineStart state = iota // collecting the field name
	valueStart
	inData
	inName
	inOther // a comment or a field that does not matter
)

// Parser splits a stream into events. The zero value needs a call to
// [Parser.Init].
type Parser struct {
	h       Handler
	state   state
	begun   bool // past the byte order mark
	afterCR bool // a line feed that follows belongs to the line before
	hasData bool
	field   [8]byte
	nField  int
	name    []byte
}

// Init makes the parser ready for a new stream.
func (p *Parser) Init(h Handler) {
	*p = Parser{h: h, name: p.name[:0]}
}

// Write reads the next piece.
func (p *Parser) Write(b []byte) {
	for i := 0; i < len(b); {
		if p.afterCR {
			p.afterCR = false
			if b[i] == '\n' {
				i++
				continue
			}
		}
		switch p.state {
		case lineStart:
			i = p.readField(b, i)
		case valueStart:
			if b[i] == ' ' {
				i++
			}
			p.beginValue()
		default:
			i = p.readValue(b, i)
		}
	}
}

// readField collects the name of a field up to its colon.
func (p *Parser) readField(b []byte, i int) int {
	if p.nField == 0 && bytes.HasPrefix(b[i:], []byte("data:")) {
		p.begun = true
		p.nField = copy(p.field[:], "data")
		p.state = valueStart
		return i + len("data:")
	}
	switch c := b[i]; c {
	case '\n', '\r':
		if p.nField == 0 {
			p.endEvent()
		} else if p.isData() {
			p.beginValue()
		}
		p.endLine(c)
	case ':':
		if p.nField == 0 {
			p.state = inOther
		} else {
			p.state = valueStart
		}
	default:
		if p.nField < len(p.field) {
			p.field[p.nField] = c
			p.nField++
		}
		if !p.begun && p.nField == 3 && p.is("\ufeff") {
			p.nField = 0
			p.begun = true
		}
	}
	return i + 1
}

func (p *Parser) is(field string) bool { return string(p.field[:p.nField]) == field }

// isData says whether the value of the field is data. Servers of llama.cpp put a
// failure into a field of its own name, which clients that follow the standard
// would not see: it is an event "error" here.
func (p *Parser) isData() bool { return p.is("data") || p.is("error") }

func (p *Parser) beginValue() {
	switch {
	case p.isData():
		if p.hasData {
			p.h.Data([]byte{'\n'})
		}
		p.hasData = true
		p.state = inData
		if p.is("error") {
			p.name = append(p.name[:0], "error"...)
		}
	case p.is("event"):
		p.name = p.name[:0]
		p.state = inName
	default:
		p.state = inOther
	}
}

func (p *Parser) readValue(b []byte, i int) int {
	rest := b[i:]
	end := bytes.IndexByte(rest, '\n')
	if end >= 0 {
		rest = rest[:end]
	}
	if cr := bytes.IndexByte(rest, '\r'); cr >= 0 {
		rest, end = rest[:cr], cr
	}
	if len(rest) > 0 {
		switch p.state {
		case inData:
			p.h.Data(rest)
		case inName:
			p.name = append(p.name, rest[:min(len(rest), maxName-len(p.name))]...)
		}
	}
	if end < 0 {
		return len(b)
	}
	p.endLine(b[i+end])
	return i + end + 1
}

func (p *Parser) endLine(c byte) {
	p.afterCR = c == '\r'
	p.begun = true
	p.state, p.nField = lineStart, 0
}

func (p *Parser) endEvent() {
	if p.hasData {
		p.h.Event(p.name)
	}
	p.hasData = false
	p.name = p.name[:0]
}
