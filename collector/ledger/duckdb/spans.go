package duckdb

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// spans is the table of the agents, steps and tools around the calls.
var spans = table[ledger.AgentSpan]{
	name:    "agent_span_rows",
	version: []string{"received_time"},
	columns: append(columns.Spans(kinds[ledger.AgentSpan]()),
		instant("received_time", func(s *ledger.AgentSpan) *time.Time { return &s.Received }),
	),
}
