package clickhouse

import (
	"errors"
	"io"
	"net"
	"os"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// causes are the errors of a server whose cause an operator can act on.
var causes = map[proto.Error]ledger.Cause{
	proto.ErrNotEnoughSpace:              ledger.CauseDiskFull,
	proto.ErrCannotWriteToFileDescriptor: ledger.CauseDiskFull,
	proto.ErrReadonly:                    ledger.CauseReadOnly,
	proto.ErrTableIsReadOnly:             ledger.CauseReadOnly,
	proto.ErrAccessDenied:                ledger.CauseAccessDenied,
	proto.ErrAuthenticationFailed:        ledger.CauseAccessDenied,
	proto.ErrUnknownUser:                 ledger.CauseAccessDenied,
	proto.ErrWrongPassword:               ledger.CauseAccessDenied,
	proto.ErrRequiredPassword:            ledger.CauseAccessDenied,
	proto.ErrUnknownTable:                ledger.CauseNoSchema,
	proto.ErrUnknownDatabase:             ledger.CauseNoSchema,
	proto.ErrNoSuchColumnInTable:         ledger.CauseSchemaChanged,
	proto.ErrThereIsNoColumn:             ledger.CauseSchemaChanged,
	proto.ErrUnknownIdentifier:           ledger.CauseSchemaChanged,
	proto.ErrTypeMismatch:                ledger.CauseSchemaChanged,
	proto.ErrCannotConvertType:           ledger.CauseSchemaChanged,
	proto.ErrIllegalColumn:               ledger.CauseSchemaChanged,
	proto.ErrChecksumDoesntMatch:         ledger.CauseDamaged,
	proto.ErrCannotReadAllData:           ledger.CauseDamaged,
	proto.ErrCorruptedData:               ledger.CauseDamaged,
	proto.ErrTooManyUnexpectedDataParts:  ledger.CauseDamaged,
	proto.ErrTooManyParts:                ledger.CauseOverloaded,
	proto.ErrMemoryLimitExceeded:         ledger.CauseOverloaded,
}

// withCause marks an error with its cause, where that is known.
func withCause(err error) error {
	if e, ok := ch.AsException(err); ok {
		if cause, known := causes[e.Code]; known {
			return &ledger.StoreError{Cause: cause, Err: err}
		}
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &ledger.StoreError{Cause: ledger.CauseUnreachable, Err: err}
	}
	return err
}

// dialError is a server that cannot be connected to. Its text is the reason alone: the
// client's own text has the address, which wrap names, and its steps.
type dialError struct{ *net.OpError }

// withoutSteps shortens the error of a connection that could not be made.
func withoutSteps(err error) error {
	if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op == "dial" {
		return &dialError{failed}
	}
	return err
}

// Error is the reason, such as "connection refused".
func (e *dialError) Error() string {
	if call, ok := errors.AsType[*os.SyscallError](e.Err); ok {
		return call.Err.Error()
	}
	return e.Err.Error()
}

// Unwrap keeps what the cause is found by.
func (e *dialError) Unwrap() error { return e.OpError }
