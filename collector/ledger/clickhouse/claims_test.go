package clickhouse_test

import (
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

func TestSettling(t *testing.T) {
	r := reuse(t)
	ledgertest.RunSettling(t, func(t *testing.T) ledger.Store { return r.empty(t) })
}
