package promptprefix

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// Bound is how many bytes of each part of a prefix count: some 64,000 tokens of
// English.
const Bound = 256 << 10

// hashBytes of a sum are kept: that two among a million prefixes are taken for
// each other is a matter of one in 37 million.
const hashBytes = 8

// Hasher reads a request's body in pieces. Call [Hasher.Init] before its use,
// and again for the next request.
type Hasher struct {
	scanner jsonscan.Scanner
	parts   [parts]part
	message part // that is being read
	role    role // of it
	others  bool // a message that is no instruction has been seen
	first   sum  // of the first of those, or of the prompt
	docs    int
	all     hash.Hash
	buf     [sha256.Size + 8]byte // what is handed to a hash, which would be allocated
}

type role uint8

const (
	roleOther role = iota
	roleInstruction
)

const (
	partTools = iota
	partFormat
	partInstructions
	parts
)

// part is one part of the prefix, of which so many bytes have been hashed.
type part struct {
	hash hash.Hash
	n    int64
	room int64
	out  [sha256.Size]byte
}

type sum struct {
	hash [sha256.Size]byte
	n    int64
}

func (p *part) init() {
	if p.hash == nil {
		p.hash = sha256.New()
	}
	p.hash.Reset()
	p.n, p.room = 0, Bound
}

func (p *part) write(piece []byte) {
	piece = piece[:min(int64(len(piece)), p.room)]
	p.room -= int64(len(piece))
	p.n += int64(len(piece))
	_, _ = p.hash.Write(piece) // of a hash it never fails
}

func (p *part) sum() sum {
	p.hash.Sum(p.out[:0])
	return sum{hash: p.out, n: p.n}
}

// Init makes the hasher ready for a request.
func (h *Hasher) Init() {
	for i := range h.parts {
		h.parts[i].init()
	}
	h.message.init()
	h.role, h.others, h.first, h.docs, h.all = roleOther, false, sum{}, 0, nil
	h.scanner.Init(requestShape, h, false)
}

// Write reads the next piece of the body, and leaves it as it is.
func (h *Hasher) Write(p []byte) { h.scanner.Write(p) }

// Sum is the hash of the prefix in hexadecimal and how many bytes it has in
// the request; "" where the body was not one whole document or holds no
// prompt. With a key the hash is of no use to those who have guessed a prompt
// and not the key.
func (h *Hasher) Sum(key []byte) (text string, size int64) {
	if h.scanner.Err() != nil || h.docs != 1 {
		return "", 0
	}
	if len(key) > 0 {
		h.all = hmac.New(sha256.New, key)
	} else {
		h.all = sha256.New()
	}
	for i := range h.parts {
		size += h.add(h.parts[i].sum())
	}
	if h.parts[partTools].n == 0 && h.parts[partInstructions].n == 0 {
		if h.first.n == 0 {
			h.all = nil
			return "", 0
		}
		size += h.add(h.first)
	}
	return hex.EncodeToString(h.all.Sum(h.buf[:0])[:hashBytes]), size
}

// partBytes of the hash of a part are kept: parts are compared with those of the call
// before alone.
const partBytes = 4

// Parts are the hashes of the tools and the response format, of the instructions, and
// of the first message that is no instruction, each of 8 hexadecimal digits, with dots
// between; empty for a part that the prompt does not have. It is "" where Sum is, which
// is called before.
func (h *Hasher) Parts() string {
	if h.all == nil {
		return ""
	}
	text := make([]byte, 0, 3*2*partBytes+2)
	tools, format := h.parts[partTools].sum(), h.parts[partFormat].sum()
	for i, part := range [][]sum{{tools, format}, {h.parts[partInstructions].sum()}, {h.first}} {
		if i > 0 {
			text = append(text, '.')
		}
		h.all.Reset()
		size := int64(0)
		for _, s := range part {
			size += h.add(s)
		}
		if size > 0 {
			text = hex.AppendEncode(text, h.all.Sum(h.buf[:0])[:partBytes])
		}
	}
	return string(text)
}

func (h *Hasher) add(s sum) int64 {
	copy(h.buf[:], s.hash[:])
	binary.BigEndian.PutUint64(h.buf[sha256.Size:], uint64(s.n))
	_, _ = h.all.Write(h.buf[:])
	return s.n
}

// Value takes the role of a message.
func (h *Hasher) Value(_ jsonscan.Field, _ jsonscan.Kind, v []byte) {
	if string(v) == "system" || string(v) == "developer" {
		h.role = roleInstruction
	}
}

// Text takes a piece of a part of the prefix, or of a message that may be one.
func (h *Hasher) Text(f jsonscan.Field, piece []byte, last bool) {
	switch f {
	case fieldTools:
		h.parts[partTools].write(piece)
	case fieldFormat:
		h.parts[partFormat].write(piece)
	case fieldInstructions:
		h.parts[partInstructions].write(piece)
	case fieldContent:
		if !h.others {
			h.message.write(piece)
		}
	case fieldPrompt:
		if h.others {
			return
		}
		h.message.write(piece)
		if last {
			h.endMessage()
		}
	}
}

// Begin begins a message.
func (h *Hasher) Begin(jsonscan.Field) {
	if !h.others {
		h.role = roleOther
		h.message.init()
	}
}

// End ends a message: its role may stand behind its content.
func (h *Hasher) End(jsonscan.Field) {
	if !h.others {
		h.endMessage()
	}
}

func (h *Hasher) endMessage() {
	s := h.message.sum()
	if h.role != roleInstruction {
		h.first, h.others = s, true
		return
	}
	p := &h.parts[partInstructions]
	_, _ = p.hash.Write(h.message.out[:])
	p.n += s.n
}

// Document counts the documents.
func (h *Hasher) Document() { h.docs++ }
