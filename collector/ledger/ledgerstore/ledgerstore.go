// Package ledgerstore opens the store that a DSN names.
package ledgerstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
)

// DSNError reports a DSN that names no store. It never quotes the DSN, which
// may hold a password.
type DSNError struct {
	Reason string // and what is expected
}

func (e *DSNError) Error() string {
	return "address of the store: " + e.Reason
}

func wrongDSN(why string) error {
	return &DSNError{Reason: why + ": expected duckdb://FILE or clickhouse://USER@HOST:9000/DATABASE"}
}

// Open opens the store at dsn:
//
//	clickhouse://[user[:password]@]host[:port][,host…]/database[?option=value]
//	duckdb://path
//	duckdb://:memory:
//
// The options of each are those of clickhouse.Open and duckdb.Open. The schema
// is not touched: a writer calls Migrate first. A DuckDB file that another
// process holds is reported as *duckdb.LockedError.
func Open(ctx context.Context, dsn string) (ledger.Store, error) {
	return openWith(ctx, dsn, duckdb.Open)
}

// OpenToRead is Open for a process that writes nothing meanwhile, as a command that makes a
// report: questions to a large DuckDB file may have all processors.
func OpenToRead(ctx context.Context, dsn string) (ledger.Store, error) {
	return openWith(ctx, dsn, duckdb.OpenToRead)
}

func openWith(ctx context.Context, dsn string, openDuckDB func(context.Context, string) (*duckdb.Store, error)) (ledger.Store, error) {
	scheme, rest, err := split(dsn)
	if err != nil {
		return nil, err
	}
	if scheme == schemeDuckDB {
		return open(openDuckDB(ctx, rest))
	}
	return open(clickhouse.Open(ctx, dsn))
}

// Validate reports what is wrong with a dsn without opening anything.
func Validate(dsn string) error {
	scheme, _, err := split(dsn)
	if err != nil || scheme != schemeClickHouse {
		return err
	}
	return clickhouse.Validate(dsn)
}

const (
	schemeClickHouse = "clickhouse"
	schemeDuckDB     = "duckdb"
)

func split(dsn string) (scheme, rest string, err error) {
	scheme, rest, found := strings.Cut(dsn, "://")
	switch {
	case !found:
		return "", "", wrongDSN("no scheme")
	case scheme != schemeClickHouse && scheme != schemeDuckDB:
		return "", "", wrongDSN(fmt.Sprintf("unknown scheme %q", scheme))
	case rest == "":
		return "", "", wrongDSN("nothing after " + scheme + "://")
	}
	return scheme, rest, nil
}

// open keeps a nil store of a concrete type from becoming a non-nil interface.
func open[S ledger.Store](store S, err error) (ledger.Store, error) {
	if err != nil {
		return nil, err
	}
	return store, nil
}
