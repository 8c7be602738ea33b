package genai

import (
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// Fields of error bodies.
const (
	errNestedCode jsonscan.Field = iota + 1
	errNestedType
	errNestedStatus
	errTopCode
	errTopType
)

// FailureShape reads the code of an error body, whichever vendor wrote it:
// {"error":{"code","type","status"}} (OpenAI, Anthropic, Google),
// {"error":"..."} (Ollama), {"__type"} (AWS), {"code"} and {"type"} (Mistral,
// Cohere). The message is never read: vendors quote prompts and keys in it.
var FailureShape = jsonscan.Compile(
	jsonscan.Scalar("error.code", errNestedCode),
	jsonscan.Scalar("error.type", errNestedType),
	jsonscan.Scalar("error.status", errNestedStatus),
	jsonscan.Scalar("[].error.status", errNestedStatus),
	jsonscan.Scalar("__type", errTopType),
	jsonscan.Scalar("code", errTopCode),
	jsonscan.Scalar("type", errTopType),
)

// NewFailure returns the decoder of [FailureShape].
func NewFailure(r *Response) Decoder { return &failure{resp: r} }

type failure struct {
	jsonscan.Ignore
	resp *Response

	code, kind, status, topCode, topType string
}

func (d *failure) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	if k != jsonscan.String || !IsCode(v) {
		return // Google's numeric code is the HTTP status again
	}
	switch f {
	case errNestedCode:
		d.code = string(v)
	case errNestedType:
		d.kind = string(v)
	case errNestedStatus:
		d.status = string(v)
	case errTopCode:
		d.topCode = string(v)
	case errTopType:
		d.topType = string(v)
	}
}

func (d *failure) Settle() {
	for _, c := range []string{d.code, d.kind, d.status, d.topCode, d.topType} {
		if c != "" && c != "error" {
			// AWS puts a namespace in front: com.amazonaws...#ThrottlingException.
			d.resp.ErrorCode = c[strings.LastIndexByte(c, '#')+1:]
			return
		}
	}
}

// FailureCode is the code of a failure that an answer with status 200 holds: a
// vendor's own, or a number, which gateways take from the status of the vendor
// behind them. It is empty for what is neither.
func FailureCode(k jsonscan.Kind, v []byte) string {
	switch {
	case k == jsonscan.String && (IsCode(v) || isStatus(v)), k == jsonscan.Number && isStatus(v):
		return string(v)
	default:
		return ""
	}
}

// KeepCode is the code of a failure, or the old one where the value is none.
func KeepCode(old string, k jsonscan.Kind, v []byte) string {
	if k != jsonscan.String || !IsCode(v) {
		return old
	}
	return string(v)
}

// isStatus reports whether v is three digits.
func isStatus(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(v) == 3
}

// maxCode is longer than any vendor's error code.
const maxCode = 64

// IsCode says whether v looks like an error code that tells something: not like
// a sentence, which may quote the request, nor like a bare number.
func IsCode(v []byte) bool {
	if len(v) > maxCode {
		return false
	}
	letters := false
	for _, c := range v {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			letters = true
		case '0' <= c && c <= '9', c == '_', c == '-', c == '.', c == '#', c == '/', c == ':':
		default:
			return false
		}
	}
	return letters
}
