package clickhouse

import (
	"slices"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// callTable holds the LLM calls.
const callTable = "llm_call_rows"

func newCallBlock() *block[ledger.Call] {
	// A bill is read with the usage, and so after it.
	return newBlock(slices.Concat(columns.Calls(kinds[ledger.Call]()), lineItemColumns(), []column[ledger.Call]{callVersion()}))
}
