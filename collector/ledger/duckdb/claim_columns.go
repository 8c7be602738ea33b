package duckdb

import (
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// claims and links are the columns of the tables that settling looks at.
var (
	claims = table[ledger.Call]{name: calls.name, columns: columns.Claims(kinds[ledger.Call]())}
	links  = table[ledger.AgentSpan]{name: spans.name, columns: columns.Links(kinds[ledger.AgentSpan]())}
)
