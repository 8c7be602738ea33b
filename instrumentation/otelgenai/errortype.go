package otelgenai

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// Values of error.type of calls that found no vendor.
const (
	errorDNS     = "dns"
	errorRefused = "connection_refused"
)

// errorType is the value of error.type for an error of the round trip:
// attribution_missing, what the error calls itself, canceled, timeout, dns,
// connection_refused, unexpected_eof, or else the type of the innermost error.
// The text of an error is never recorded: it may hold a URL with a key in it.
func errorType(err error) string {
	var timeout interface{ Timeout() bool }
	var dns *net.DNSError
	var rejected *AttributionError
	var named interface{ ErrorType() string }
	switch {
	case errors.As(err, &rejected):
		return "attribution_missing"
	case errors.As(err, &named) && genai.IsCode([]byte(named.ErrorType())):
		return named.ErrorType()
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.As(err, &dns):
		return errorDNS
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected_eof"
	case errors.Is(err, syscall.ECONNREFUSED):
		return errorRefused
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
		return "_OTHER"
	}
	return name
}

// errorCode is a vendor's code in a header: AWS appends an address to it.
func errorCode(v string) string {
	v, _, _ = strings.Cut(v, ":")
	if !genai.IsCode([]byte(v)) {
		return ""
	}
	return v
}
