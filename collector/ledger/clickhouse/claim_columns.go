package clickhouse

import (
	"sync"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// claimBlocks and linkBlocks hold the columns of a row that settling looks at.
var (
	claimBlocks = sync.Pool{New: func() any {
		return newBlock(append(columns.Claims(kinds[ledger.Call]()), callVersion()))
	}}
	linkBlocks = sync.Pool{New: func() any {
		return newBlock(append(columns.Links(kinds[ledger.AgentSpan]()), spanVersion()))
	}}
)
