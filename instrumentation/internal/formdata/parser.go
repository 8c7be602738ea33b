package formdata

import (
	"bytes"
	"mime"
)

const (
	// maxHeader bounds the line of a part's header that is kept; one with the
	// name of a file may be long.
	maxHeader = 4 << 10
	// maxValue bounds the values that are delivered; longer ones are none of a
	// model's parameters.
	maxValue = 256
)

type state uint8

const (
	inPart     state = iota // or before the first one
	afterMatch              // of a delimiter, whose next byte says whether it is one
	afterDelim              // the rest of a line that ends a part
	inHeader
	atEnd
)

// Parser finds the fields of a form. The zero value needs a call to
// [Parser.Init].
type Parser struct {
	field func(name string, value []byte)

	delim    []byte // CR LF "--" and the boundary
	matched  int    // bytes of delim at the end of what was read
	borrowed int    // of those, bytes of the header's line break
	dash     bool   // one has followed a delimiter
	state    state
	line     []byte // of the header, or after a delimiter

	name  string // of the part, empty where its value is not wanted
	value []byte
	long  bool // the value is longer than maxValue
}

// Init makes the parser ready for a form with the boundary of a content type.
// It says whether there is one. Values passed to field are valid during the
// call only.
func (p *Parser) Init(contentType string, field func(name string, value []byte)) bool {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return false
	}
	*p = Parser{field: field, delim: append([]byte("\r\n--"), params["boundary"]...)}
	p.matched = len("\r\n") // the first delimiter may be at the very beginning
	return true
}

// Write reads the next piece.
func (p *Parser) Write(b []byte) {
	for i := 0; i < len(b); {
		switch p.state {
		case inPart:
			i += p.readPart(b[i:])
		case afterMatch:
			i += p.readMatch(b[i])
		case atEnd:
			return
		default:
			i += p.readLine(b[i:])
		}
	}
}

// readPart reads until the delimiter that ends the part, or until b ends. A
// carriage return is in a delimiter only at its beginning, so what fails to
// be one can only begin another with the byte that it failed at.
func (p *Parser) readPart(b []byte) int {
	i := 0
	for i < len(b) {
		if p.matched == 0 {
			next := bytes.IndexByte(b[i:], '\r')
			if next < 0 {
				p.keep(b[i:])
				return len(b)
			}
			p.keep(b[i : i+next])
			i += next
		}
		if b[i] != p.delim[p.matched] {
			p.keep(p.delim[p.borrowed:p.matched])
			p.matched, p.borrowed = 0, 0
			if b[i] != '\r' {
				p.keep(b[i : i+1])
				i++
			}
			continue
		}
		i++
		if p.matched++; p.matched == len(p.delim) {
			p.state = afterMatch
			return i
		}
	}
	return i
}

// readMatch says with the byte after a delimiter whether it is one: white space or
// two dashes follow it. It returns how many bytes it has taken.
func (p *Parser) readMatch(c byte) int {
	switch {
	case p.dash && c == '-':
		p.endPart()
		p.state = atEnd
		return 1
	case !p.dash && c == '-':
		p.dash = true
		return 1
	case !p.dash && (c == ' ' || c == '\t' || c == '\r' || c == '\n'):
		p.endPart()
		return 0
	}
	p.keep(p.delim[p.borrowed:])
	if p.dash {
		p.keep([]byte("-"))
	}
	p.matched, p.borrowed, p.dash, p.state = 0, 0, false, inPart
	return 0
}

// keep adds to the value of the part, where it is wanted.
func (p *Parser) keep(b []byte) {
	switch {
	case p.name == "" || p.long || len(b) == 0:
	case len(p.value)+len(b) > maxValue:
		p.long = true
	default:
		p.value = append(p.value, b...)
	}
}

func (p *Parser) endPart() {
	if p.name != "" && !p.long {
		p.field(p.name, p.value)
	}
	p.name, p.value, p.long = "", p.value[:0], false
	p.matched, p.borrowed, p.dash, p.state, p.line = 0, 0, false, afterDelim, p.line[:0]
}

// readLine reads to the end of a line, or of b.
func (p *Parser) readLine(b []byte) int {
	end := bytes.IndexByte(b, '\n')
	piece := b
	if end >= 0 {
		piece = b[:end]
	}
	if room := maxHeader - len(p.line); len(piece) > room {
		piece = piece[:room]
	}
	p.line = append(p.line, piece...)
	if end < 0 {
		return len(b)
	}
	line := bytes.TrimRight(p.line, " \t\r")
	switch {
	case p.state == afterDelim:
		p.state = inHeader
	case len(line) == 0:
		// A part without a value may end with the line break of its header.
		p.state, p.matched, p.borrowed = inPart, len("\r\n"), len("\r\n")
	default:
		p.readHeader(line)
	}
	p.line = p.line[:0]
	return end + 1
}

// readHeader takes the name of the part, unless it is a file.
func (p *Parser) readHeader(line []byte) {
	key, value, _ := bytes.Cut(line, []byte(":"))
	if !bytes.EqualFold(bytes.TrimSpace(key), []byte("Content-Disposition")) {
		return
	}
	kind, params, err := mime.ParseMediaType(string(value))
	if _, file := params["filename"]; err == nil && kind == "form-data" && !file {
		p.name = params["name"]
	}
}
