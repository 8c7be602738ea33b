package clickhouse

import (
	"errors"
	"io"

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
