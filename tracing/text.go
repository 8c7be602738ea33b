package tracing

import (
	"strings"
	"unicode/utf8"
)

// text returns s as valid UTF-8. Protocol buffers reject other strings, and with one
// such string the whole batch of spans would be lost.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
