package duckdb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/spanledger/spanledger/collector/ledger"
)

// LockedError reports a file that another process has open: DuckDB allows one
// process at a time. A running collector answers questions about its file over
// the read API.
type LockedError struct {
	Path string
	Err  error
}

func newLockedError(path string, err error) *LockedError {
	return &LockedError{Path: path, Err: &ledger.StoreError{Cause: ledger.CauseLocked, Err: err}}
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("duckdb %s: held by another process", e.Path)
}

func (e *LockedError) Unwrap() error { return e.Err }

// isLocked recognises DuckDB's refusal; it has no error type of its own.
func isLocked(err error) bool {
	return strings.Contains(err.Error(), "Could not set lock on file")
}

// wrap says what was being done to which file, and gives a missing table its
// meaning.
func (db *database) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*duckdb.Error](err); ok && e.Type == duckdb.ErrorTypeCatalog && strings.Contains(e.Msg, "does not exist") {
		err = fmt.Errorf("%w (%s)", ledger.ErrNoSchema, firstLine(e.Msg))
	}
	return fmt.Errorf("duckdb %s: %s: %w", db.path, doing, withCause(err))
}

// withCause marks an error with its cause, where that is known. DuckDB hands on
// what the kernel says as text.
func withCause(err error) error {
	var e *duckdb.Error
	if !errors.As(err, &e) { // DuckDB could not open the file
		if isDamage(err.Error()) {
			return &ledger.StoreError{Cause: ledger.CauseDamaged, Err: err}
		}
		return err
	}
	cause := ledger.Cause("")
	switch {
	case strings.Contains(e.Msg, "No space left on device"), strings.Contains(e.Msg, "File too large"), strings.Contains(e.Msg, "Disk quota exceeded"):
		cause = ledger.CauseDiskFull
	case strings.Contains(e.Msg, "Read-only file system"), strings.Contains(e.Msg, "read-only mode"):
		cause = ledger.CauseReadOnly
	case isDamage(e.Msg):
		cause = ledger.CauseDamaged
	case strings.Contains(e.Msg, "Permission denied"):
		cause = ledger.CauseAccessDenied
	case e.Type == duckdb.ErrorTypeOutOfMemory:
		cause = ledger.CauseOverloaded
	case e.Type == duckdb.ErrorTypeBinder, e.Type == duckdb.ErrorTypeConversion, e.Type == duckdb.ErrorTypeMismatchType:
		cause = ledger.CauseSchemaChanged
	default:
		return err
	}
	return &ledger.StoreError{Cause: cause, Err: err}
}

// isDamage recognises what DuckDB says of a file that was cut off or overwritten.
func isDamage(text string) bool {
	for _, says := range []string{"Corrupt database file", "Corrupt WAL", "Could not read enough bytes", "Failure while replaying WAL"} {
		if strings.Contains(text, says) {
			return true
		}
	}
	return false
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
