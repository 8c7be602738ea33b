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
	Reason string
}

func (e *DSNError) Error() string {
	return "ledger dsn: " + e.Reason + ": expected clickhouse://user@host:9000/database or duckdb://path"
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
	scheme, rest, found := strings.Cut(dsn, "://")
	if !found {
		return nil, &DSNError{Reason: "no scheme"}
	}
	switch scheme {
	case "clickhouse":
		return open(clickhouse.Open(ctx, dsn))
	case "duckdb":
		return open(duckdb.Open(ctx, rest))
	default:
		return nil, &DSNError{Reason: fmt.Sprintf("unknown scheme %q", scheme)}
	}
}

// open keeps a nil store of a concrete type from becoming a non-nil interface.
func open[S ledger.Store](store S, err error) (ledger.Store, error) {
	if err != nil {
		return nil, err
	}
	return store, nil
}
