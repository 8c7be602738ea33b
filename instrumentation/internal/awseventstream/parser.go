package awseventstream

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Handler receives messages.
type Handler interface {
	// Payload delivers a piece of the current message's payload, valid during
	// the call only.
	Payload(piece []byte)
	// Message marks the end of a message whose checksum is right.
	Message(m Message)
}

// Message holds what the headers of a message say; empty where absent. The
// strings are cut to 128 bytes.
type Message struct {
	Type      string // :message-type: event, exception, error
	Event     string // :event-type
	Exception string // :exception-type, or :error-code
}

// ErrCorrupt is the error of a stream whose checksums or lengths are wrong.
var ErrCorrupt = errors.New("corrupt event stream")

const (
	preludeSize  = 12
	checksumSize = 4
	// maxMessage is the format's own limit of 16 MiB, with headers and frame.
	maxMessage = 16<<20 + 128<<10 + preludeSize + checksumSize
	maxText    = 128
)

type state uint8

const (
	inPrelude state = iota
	inHeaders
	inPayload
	inChecksum
	broken
)

// Parser splits a stream into messages. The zero value needs a call to
// [Parser.Init].
type Parser struct {
	h       Handler
	state   state
	left    int // bytes of the current part that are still to come
	payload int // size of the payload
	crc     uint32
	buf     [preludeSize]byte
	n       int // bytes in buf
	head    headers
	msg     Message
	last    Message
	raw     []byte // the headers of msg, where they were read at once; streams repeat them
}

// Begins reports whether bytes are the beginning of a stream; known is false while
// that depends on what follows.
func Begins(b []byte) (yes, known bool) {
	switch {
	case len(b) > 0 && b[0] > maxMessage>>24:
		return false, true // most texts
	case len(b) < preludeSize:
		return false, false
	default:
		return preludeIsRight(b), true
	}
}

func preludeIsRight(b []byte) bool {
	return crc32.ChecksumIEEE(b[:8]) == binary.BigEndian.Uint32(b[8:preludeSize])
}

// Init makes the parser ready for a new stream.
func (p *Parser) Init(h Handler) { *p = Parser{h: h, left: preludeSize, raw: p.raw[:0]} }

// Err is [ErrCorrupt] once the stream is seen to be broken.
func (p *Parser) Err() error {
	if p.state == broken {
		return ErrCorrupt
	}
	return nil
}

// Write reads the next piece. After an error input is ignored.
func (p *Parser) Write(b []byte) {
	for len(b) > 0 && p.state != broken {
		if p.state == inPrelude && p.left == preludeSize {
			if n := p.whole(b); n > 0 {
				b = b[n:]
				continue
			}
		}
		part := b[:min(len(b), p.left)]
		b = b[len(part):]
		p.left -= len(part)
		switch p.state {
		case inPrelude, inChecksum:
			p.n += copy(p.buf[p.n:], part)
			if p.state == inPrelude {
				p.crc = crc32.Update(p.crc, crc32.IEEETable, part)
			}
		case inHeaders:
			p.crc = crc32.Update(p.crc, crc32.IEEETable, part)
			p.head.write(part, &p.msg, &p.last)
		case inPayload:
			p.crc = crc32.Update(p.crc, crc32.IEEETable, part)
			p.h.Payload(part)
		}
		for p.left == 0 && p.state != broken {
			p.next()
		}
	}
}

// maxRaw bounds the headers that are kept to be compared with the next.
const maxRaw = 512

// whole reads a message that is whole in b, and right, and returns its size; else 0,
// with nothing done.
func (p *Parser) whole(b []byte) int {
	if len(b) < preludeSize+checksumSize {
		return 0
	}
	total, headers := uint64(binary.BigEndian.Uint32(b)), uint64(binary.BigEndian.Uint32(b[4:]))
	if total > uint64(len(b)) || headers+preludeSize+checksumSize > total || !preludeIsRight(b) {
		return 0
	}
	end := total - checksumSize
	if crc32.ChecksumIEEE(b[:end]) != binary.BigEndian.Uint32(b[end:]) {
		return 0
	}
	payload := preludeSize + headers
	if raw := b[preludeSize:payload]; len(raw) == 0 || !bytes.Equal(raw, p.raw) {
		p.head, p.last, p.msg = headers0, p.msg, Message{}
		p.head.write(raw, &p.msg, &p.last)
		if p.raw = p.raw[:0]; len(raw) <= maxRaw {
			p.raw = append(p.raw, raw...)
		}
	}
	if payload < end {
		p.h.Payload(b[payload:end])
	}
	p.h.Message(p.msg)
	return int(total)
}

// next continues with the part after one that is complete.
func (p *Parser) next() {
	switch p.state {
	case inPrelude:
		total := binary.BigEndian.Uint32(p.buf[0:4])
		headers := binary.BigEndian.Uint32(p.buf[4:8])
		if !preludeIsRight(p.buf[:]) ||
			total > maxMessage || total < preludeSize+checksumSize || headers > total-preludeSize-checksumSize {
			p.state = broken
			return
		}
		p.payload = int(total - headers - preludeSize - checksumSize)
		p.state, p.left = inHeaders, int(headers)
		p.head, p.last, p.msg, p.raw = headers0, p.msg, Message{}, p.raw[:0]
	case inHeaders:
		p.state, p.left = inPayload, p.payload
	case inPayload:
		p.state, p.left, p.n = inChecksum, checksumSize, 0
	case inChecksum:
		if binary.BigEndian.Uint32(p.buf[:4]) != p.crc {
			p.state = broken
			return
		}
		p.h.Message(p.msg)
		p.state, p.left, p.n, p.crc = inPrelude, preludeSize, 0, 0
	}
}
