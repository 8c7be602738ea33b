package genai

import (
	"strings"
	"unicode/utf8"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// Text is the string a JSON value stands for, always valid UTF-8, since one
// broken attribute makes OTLP refuse the whole batch. Numbers stand as they
// are written; other kinds give "".
func Text(k jsonscan.Kind, v []byte) string {
	if k != jsonscan.String && k != jsonscan.Number {
		return ""
	}
	if utf8.Valid(v) {
		return string(v)
	}
	return strings.ToValidUTF8(string(v), "\uFFFD")
}

// Keep is Text, save that it keeps the old string, without an allocation,
// where it is the same or the value is not a string: streams repeat ids and
// model names in every event.
func Keep(old string, k jsonscan.Kind, v []byte) string {
	if k != jsonscan.String || old == string(v) || len(v) == 0 {
		return old
	}
	return Text(k, v)
}

// Count reads a number of tokens or units into dst and says whether it was
// one.
func Count(dst *int64, k jsonscan.Kind, v []byte) bool {
	if k != jsonscan.Number {
		return false
	}
	n, ok := jsonscan.Int(v)
	if ok {
		*dst = n
	}
	return ok
}

// OptCount is Count for a value that may be absent.
func OptCount(dst *Opt[int64], k jsonscan.Kind, v []byte) {
	if n := int64(0); Count(&n, k, v) {
		*dst = Some(n)
	}
}

// OptFloat reads a number into dst.
func OptFloat(dst *Opt[float64], k jsonscan.Kind, v []byte) {
	if k != jsonscan.Number {
		return
	}
	if f, ok := jsonscan.Float(v); ok {
		*dst = Some(f)
	}
}

// maxList bounds the lists of strings a request may put on a span.
const maxList = 16

// AppendText appends a JSON string to a list of at most 16.
func AppendText(list []string, k jsonscan.Kind, v []byte) []string {
	if k != jsonscan.String || len(list) >= maxList {
		return list
	}
	return append(list, Text(k, v))
}
