package otelgenai

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"go.opentelemetry.io/otel/log"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// exception emits the event gen_ai.client.operation.exception of a call that
// failed: what went wrong, and the attributes of its span. exception.type is
// the Go type of the error that the caller got, or error.type where the vendor
// answered with a failure.
func (t *telemetry) exception(c *call) {
	if c.errorType == "" || !t.logger.Enabled(c.lasting, log.EnabledParameters{Severity: log.SeverityWarn, EventName: exceptionEvent}) {
		return
	}
	var a attributes
	a.add(semconv.ExceptionType.String(c.exceptionType()))
	a.add(semconv.ExceptionMessage.String(c.exceptionMessage()))
	a.call(c)
	var r log.Record
	r.SetEventName(exceptionEvent)
	r.SetTimestamp(c.ended)
	r.SetSeverity(log.SeverityWarn)
	r.SetSeverityText(log.SeverityWarn.String())
	r.AddAttributes(a.list...)
	t.logger.Emit(c.lasting, r)
}

const exceptionEvent = "gen_ai.client.operation.exception"

func (c *call) exceptionType() string {
	if c.err != nil {
		return fmt.Sprintf("%T", c.err)
	}
	return c.errorType
}

// exceptionMessage is made of what is known to hold no secret. The text of an
// error may hold a URL with a key in it, a vendor's message the prompt.
func (c *call) exceptionMessage() string {
	var rejected *AttributionError
	switch {
	case errors.As(c.err, &rejected):
		return rejected.Error()
	case c.rejected != nil:
		return "not let go: " + c.errorType
	case c.err != nil && c.status == 0:
		return "no answer: " + c.errorType
	case c.err != nil:
		return "answer cut short: " + c.errorType
	case c.status < 400:
		return "failure in the answer: " + c.errorType
	}
	status := strconv.Itoa(c.status)
	message := "HTTP " + status
	if text := http.StatusText(c.status); text != "" {
		message += " " + text
	}
	if c.errorType != status {
		message += ": " + c.errorType
	}
	return message
}
