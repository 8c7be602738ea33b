package duckdb

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// calls is the table of LLM calls.
var calls = table[ledger.Call]{
	name:    "llm_call_rows",
	version: []string{"revision", "received_time"},
	columns: versioned(columns.Calls(kinds[ledger.Call]())),
}

// versioned adds the columns of a bill and of a version.
func versioned(others []column[ledger.Call]) []column[ledger.Call] {
	return append(others,
		bill("cost_line_items", func(c *ledger.Call) *ledger.Bill { return &c.Cost.Bill }),
		small("revision", func(c *ledger.Call) *int { return &c.Revision }),
		instant("received_time", func(c *ledger.Call) *time.Time { return &c.Received }),
	)
}
