package otelgenai

import (
	"bytes"

	"github.com/spanledger/spanledger/instrumentation/internal/awseventstream"
)

// framing is how documents are in a response's body.
type framing uint8

const (
	unread     framing = iota // nothing in it is understood
	oneJSON                   // one document
	manyJSON                  // documents after each other, or the elements of an array
	eventsJSON                // server-sent events, one document each
	binaryJSON                // AWS's event stream, one document each
)

// byteOrderMark begins the texts of some servers.
var byteOrderMark = []byte("\xef\xbb\xbf")

// eventFields begin the lines of server-sent events.
var eventFields = [...]string{"data:", "event:", "id:", "retry:", ":"}

// formOf is the form of a body that begins with p, unread for any other; enough
// is false while that depends on what follows.
func formOf(p []byte) (form framing, enough bool) {
	p = bytes.TrimLeft(bytes.TrimPrefix(p, byteOrderMark), " \t\r\n")
	if len(p) == 0 {
		return unread, false
	}
	if p[0] == '{' || p[0] == '[' {
		return oneJSON, true
	}
	if binary, known := awseventstream.Begins(p); binary {
		return binaryJSON, true
	} else if !known {
		return unread, false
	}
	for _, field := range eventFields {
		n := min(len(p), len(field))
		if string(p[:n]) == field[:n] {
			return eventsJSON, n == len(field)
		}
	}
	return unread, true
}
