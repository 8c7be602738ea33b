package genai

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// Text is the string a JSON value means, always valid UTF-8, since one
// broken attribute makes OTLP refuse the whole batch. Numbers stand as they
// are written; other kinds give "".
func Text(k jsonscan.Kind, v []byte) string {
	if !isText(k) {
		return ""
	}
	if utf8.Valid(v) {
		return string(v)
	}
	return strings.ToValidUTF8(string(v), "\uFFFD")
}

// isText says whether a value is meant as a text: vendors and those between write
// numbers where strings are meant.
func isText(k jsonscan.Kind) bool { return k == jsonscan.String || k == jsonscan.Number }

// isNumber says the same for numbers, which protocol buffers write as strings.
func isNumber(k jsonscan.Kind) bool { return k == jsonscan.Number || k == jsonscan.String }

// Keep is Text, except that it keeps the old string, without an allocation,
// where it is the same or the value is not a text: streams repeat ids and
// model names in every event.
func Keep(old string, k jsonscan.Kind, v []byte) string {
	if !isText(k) || old == string(v) || len(v) == 0 {
		return old
	}
	return Text(k, v)
}

// Count reads a number of tokens or units into dst and says whether it was
// one.
func Count(dst *int64, k jsonscan.Kind, v []byte) bool {
	if !isNumber(k) {
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
	if !isNumber(k) {
		return
	}
	if f, ok := jsonscan.Float(v); ok && !math.IsNaN(f) && !math.IsInf(f, 0) {
		*dst = Some(f)
	}
}

// maxList bounds the lists of strings a request may put on a span.
const maxList = 16

// AppendText appends a JSON string to a list of at most 16.
func AppendText(list []string, k jsonscan.Kind, v []byte) []string {
	if !isText(k) || len(list) >= maxList {
		return list
	}
	return append(list, Text(k, v))
}
