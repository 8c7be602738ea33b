package duckdb_test

import (
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

func TestSettling(t *testing.T) {
	ledgertest.RunSettling(t, func(t *testing.T) ledger.Store { return open(t, ":memory:") })
}
