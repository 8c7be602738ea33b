package clickhouse

import (
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// spanTable holds the agents, steps and tools around the calls.
const spanTable = "agent_span_rows"

func newSpanBlock() *block[ledger.AgentSpan] {
	return newBlock(append(columns.Spans(kinds[ledger.AgentSpan]()), spanVersion()))
}
