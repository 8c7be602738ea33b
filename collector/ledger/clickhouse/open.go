// Package clickhouse keeps the ledger in a ClickHouse server, over its native
// protocol.
package clickhouse

import (
	"context"
	"errors"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Open connects to the server that dsn names.
func Open(context.Context, string) (ledger.Store, error) { return nil, errors.ErrUnsupported }
