package openai

import (
	"cmp"
	"strconv"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// failure collects the errors of an answer with status 200: of the whole, of an
// event, or of a choice. A vendor that has begun to answer, and a gateway that
// has taken a request, can fail in no other way.
type failure struct {
	seen                      bool
	code, number, kind, class string
	plain                     bool // the document at hand is an error itself
}

func (e *failure) begin(f jsonscan.Field) {
	if f == respError {
		e.seen = true
	}
}

// value takes a member of an error and reports whether f is one.
func (e *failure) value(f jsonscan.Field, k jsonscan.Kind, v []byte) bool {
	// The first code stays. Most members hold none, in every chunk of a stream.
	keep := func(code *string) {
		if *code == "" {
			*code = genai.FailureCode(k, v)
		}
	}
	switch f {
	case respError: // a text, or an empty one
		e.seen = e.seen || isMessage(k, v)
		keep(&e.class)
	case respErrorCode:
		if k == jsonscan.String {
			keep(&e.code)
		} else {
			keep(&e.number)
		}
	case respErrorType:
		keep(&e.class)
	case respErrorKind:
		keep(&e.kind)
	case respKind:
		e.plain = k == jsonscan.String && string(v) == "error"
		e.seen = e.seen || e.plain
	case respTopType:
		if e.plain {
			keep(&e.class)
		}
	case respTopCode:
		if e.plain {
			keep(&e.number)
		}
	case respBaseStatus:
		if n, ok := jsonscan.Int(v); ok && k == jsonscan.Number && n != 0 {
			e.seen, e.number = true, cmp.Or(e.number, strconv.FormatInt(n, 10))
		}
	default:
		return false
	}
	return true
}

// isMessage says whether an error that is no object says something.
func isMessage(k jsonscan.Kind, v []byte) bool { return k == jsonscan.String && len(v) > 0 }

// settle names the failure, if there was one, by the most telling code.
func (e *failure) settle(r *genai.Response) {
	switch {
	case r.ErrorCode != "":
	case e.seen:
		r.ErrorCode = cmp.Or(e.code, e.kind, e.class, e.number, otherError)
	default:
		// A choice that ends so has failed, whatever else is said of it.
		for _, reason := range r.FinishReasons {
			if reason == "error" {
				r.ErrorCode = otherError
			}
		}
	}
}

// otherError is the value of error.type where no code is known.
const otherError = "_OTHER"
