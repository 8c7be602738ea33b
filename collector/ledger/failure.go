package ledger

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
)

// Cause is the reason why a store failed: one word, for a metric's label.
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
	CauseLocked        Cause = "locked" // by another process
	CauseUnreachable   Cause = "unreachable"
	CauseDamaged       Cause = "damaged" // a file of the store
	CauseOther         Cause = "other"
)

// hints tell an operator what to do; "" if the error itself says it.
var hints = map[Cause]string{
	CauseDiskFull:      "free disk space",
	CauseReadOnly:      "make the disk or database writable",
	CauseAccessDenied:  "check the user, the password and the permissions of the user",
	CauseNoSchema:      "a table is missing: restore it, or restart the collector on an empty database",
	CauseSchemaNewer:   "run a newer spanledger",
	CauseSchemaChanged: "a table was changed by hand: restore the column types of the schema",
	CauseOverloaded:    "give the store more memory, or send fewer and larger batches",
	CauseLocked:        "stop the other process that has the file open",
	CauseDamaged:       "a file of the store is damaged: check its disk, and restore a backup, see docs/upgrading.md",
	CauseUnreachable:   "start the store, check its address, or give it more processors if it answers too slowly",
}

// Hint tells an operator what to do about the cause.
func (c Cause) Hint() string { return hints[c] }

// StoreError is an error of a store whose cause is known.
type StoreError struct {
	Cause Cause
	Err   error
}

func (e *StoreError) Error() string { return e.Err.Error() }

func (e *StoreError) Unwrap() error { return e.Err }

// CauseOf returns the cause of an error, or CauseOther.
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
