package otelgenai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// Values of error.type of calls that found no vendor.
const (
	errorDNS     = "dns"
	errorRefused = "connection_refused"
)

// errorOther is the value of error.type for a failure of no kind that is known.
const errorOther = "_OTHER"

// Values of error.type of calls that were not waited for.
const (
	errorCanceled = "canceled"
	errorTimeout  = "timeout"
)

// kindOfError is the value of error.type for an error that the caller gets. An
// error that does not say so itself is a timeout or a cancellation where the
// request was ended by one: net/http returns the cause of a context, which is
// anyone's, and one error without a type for everything that ends a request by
// other means, the Timeout of a client among them.
func (c *call) kindOfError(err error) string {
	kind, known := errorType(err)
	if known || err == errNoResponse || err == errBasePanic {
		return kind
	}
	switch c.caller.Err() {
	case context.Canceled:
		return errorCanceled
	case context.DeadlineExceeded:
		return errorTimeout
	}
	// Contexts and clients have timers of their own.
	if deadline, ok := c.caller.Deadline(); ok && !time.Now().Before(deadline) {
		return errorTimeout
	}
	select {
	case <-c.cancel:
		return errorCanceled
	default:
		return kind
	}
}

// errorType reads what an error of the round trip says of itself:
// attribution_missing, what the error calls itself, canceled, timeout, dns,
// connection_refused, unexpected_eof; or else, as not known, the type of the
// innermost error. The text of an error is never recorded: it may hold a URL
// with a key in it.
func errorType(err error) (kind string, known bool) {
	var timeout interface{ Timeout() bool }
	var dns *net.DNSError
	var rejected *AttributionError
	var named interface{ ErrorType() string }
	switch {
	case errors.As(err, &rejected):
		return "attribution_missing", true
	case errors.As(err, &named) && genai.IsCode([]byte(named.ErrorType())):
		return named.ErrorType(), true
	case errors.Is(err, context.Canceled):
		return errorCanceled, true
	case errors.Is(err, context.DeadlineExceeded):
		return errorTimeout, true
	case errors.As(err, &timeout) && timeout.Timeout():
		return errorTimeout, true
	case errors.As(err, &dns):
		return errorDNS, true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected_eof", true
	case errors.Is(err, syscall.ECONNREFUSED):
		return errorRefused, true
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	name := strings.TrimPrefix(fmt.Sprintf("%T", err), "*")
	if name == "errors.errorString" || name == "fmt.wrapError" {
		return errorOther, false
	}
	return name, false
}

// errorCode is a vendor's code in a header: AWS appends an address to it.
func errorCode(v string) string {
	v, _, _ = strings.Cut(v, ":")
	if !genai.IsCode([]byte(v)) {
		return ""
	}
	return v
}
