package tracing

import (
	"strings"
	"unicode/utf8"
)

// text makes valid UTF-8 of a caller's string. Protocol buffers refuse any
// other, and with the one string the whole batch of spans it is in.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
