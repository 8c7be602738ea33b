package otelgenai

import "github.com/spanledger/spanledger/instrumentation/internal/jsonscan"

// base64Decoder takes documents out of the base64 text in which they come.
type base64Decoder struct {
	jsonscan.Ignore
	outer jsonscan.Scanner
	inner func([]byte) // takes the documents
	bits  uint32
	n     int // base64 digits in bits
}

var wrappedShape = jsonscan.Compile(jsonscan.Text("bytes", 1))

func newBase64Decoder(inner func([]byte)) *base64Decoder {
	u := &base64Decoder{inner: inner}
	u.outer.Init(wrappedShape, u, false)
	return u
}

// Text decodes a piece of base64, split anywhere.
func (u *base64Decoder) Text(_ jsonscan.Field, piece []byte, last bool) {
	var out [768]byte
	n := 0
	for _, c := range piece {
		v, ok := base64Digit(c)
		if !ok {
			continue
		}
		u.bits = u.bits<<6 | v
		if u.n++; u.n == 4 {
			out[n], out[n+1], out[n+2] = byte(u.bits>>16), byte(u.bits>>8), byte(u.bits)
			n += 3
			u.bits, u.n = 0, 0
		}
		if n == len(out) {
			u.inner(out[:n])
			n = 0
		}
	}
	if last {
		switch u.n {
		case 2:
			out[n] = byte(u.bits >> 4)
			n++
		case 3:
			out[n], out[n+1] = byte(u.bits>>10), byte(u.bits>>2)
			n += 2
		}
		u.bits, u.n = 0, 0
	}
	u.inner(out[:n])
}

func base64Digit(c byte) (uint32, bool) {
	switch {
	case 'A' <= c && c <= 'Z':
		return uint32(c - 'A'), true
	case 'a' <= c && c <= 'z':
		return uint32(c-'a') + 26, true
	case '0' <= c && c <= '9':
		return uint32(c-'0') + 52, true
	case c == '+':
		return 62, true
	case c == '/':
		return 63, true
	default:
		return 0, false
	}
}
