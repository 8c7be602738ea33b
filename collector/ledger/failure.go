package ledger

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
)

// Cause is the reason why a store failed, in a word that fits
// a metric.
type Cause string

// Causes.
const (
	CauseDiskFull      Cause = "disk_full"
	CauseReadOnly      Cause = "read_only"
	CauseAccessDenied  Cause = "access_denied" // user, password or right
	CauseNoSchema      Cause = "no_schema"     // the database or a table is missing
	CauseSchemaNewer   Cause = "schema_newer"
	CauseSchemaChanged Cause = "schema_changed" // a column is missing, or of another type
	CauseOverloaded    Cause = "overloaded"
	CauseUnreachable   Cause = "unreachable"
	CauseOther         Cause = "other"
)

// fixes say what an operator does about a cause; "" where the error says all.
var cures = map[Cause]string{
	CauseDiskFull:      "the disk is full: make room, and what waits is written",
	CauseReadOnly:      "nothing can be written there: make it writable, and what waits is written",
	CauseAccessDenied:  "check the user, the password and what the user may do",
	CauseNoSchema:      "a table is missing: restore it, or restart the collector on an empty database",
	CauseSchemaNewer:   "run a newer spanledger",
	CauseSchemaChanged: "a table was altered by hand: give its columns back the types of the schema",
	CauseOverloaded:    "the store has too much to do: give it memory, or fewer and larger batches",
	CauseUnreachable:   "the store does not answer: what arrives waits in the queue",
}

// Fix says what an operator does about the cause.
func (c Cause) Cure() string { return cures[c] }

// StoreError is an error of a store whose cause is known.
type StoreError struct {
	Cause Cause
	Err   error
}

func (e *StoreError) Error() string { return e.Err.Error() }

func (e *StoreError) Unwrap() error { return e.Err }

// CauseOf is the cause of an error, as far as it is known.
func CauseOf(err error) Cause {
	var known *StoreError
	var newer *SchemaNewerError
	var network net.Error
	switch {
	case errors.As(err, &known):
		return known.Cause
	case errors.As(err, &newer):
		return CauseSchemaNewer
	case errors.Is(err, ErrNoSchema):
		return CauseNoSchema
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return CauseDiskFull
	case errors.Is(err, syscall.EROFS):
		return CauseReadOnly
	case errors.Is(err, os.ErrPermission):
		return CauseAccessDenied
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNREFUSED):
		return CauseUnreachable
	}
	return CauseOther
}
