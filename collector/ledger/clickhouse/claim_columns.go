package clickhouse

import (
	"slices"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// claimBlocks and linkBlocks hold the columns of a row that settling looks at.
var (
	claimBlocks = sync.Pool{New: func() any { return newClaimBlock() }}
	linkBlocks  = sync.Pool{New: func() any { return newLinkBlock() }}
)

func newClaimBlock() *block[ledger.Call] {
	return newBlock(slices.Concat([]column[ledger.Call]{
		traceID("trace_id", func(c *ledger.Call) *ledger.TraceID { return &c.TraceID }),
		spanID("span_id", func(c *ledger.Call) *ledger.SpanID { return &c.SpanID }),
		spanID("parent_span_id", func(c *ledger.Call) *ledger.SpanID { return &c.ParentSpanID }),
		instant("start_time", func(c *ledger.Call) *time.Time { return &c.Start }),
		text("response_id", func(c *ledger.Call) *string { return &c.ResponseID }),
		flag("is_error", func(c *ledger.Call) *bool { return &c.Error }),
	}, columns.Usage(kinds[ledger.Call]()), []column[ledger.Call]{
		flag("billable", func(c *ledger.Call) *bool { return &c.Billable }),
		word("claim", func(c *ledger.Call) *string { return &c.Claim }),
		callVersion(),
	}))
}

func newLinkBlock() *block[ledger.AgentSpan] {
	return newBlock([]column[ledger.AgentSpan]{
		traceID("trace_id", func(s *ledger.AgentSpan) *ledger.TraceID { return &s.TraceID }),
		spanID("span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.SpanID }),
		spanID("parent_span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.ParentSpanID }),
		instant("start_time", func(s *ledger.AgentSpan) *time.Time { return &s.Start }),
		spanVersion(),
	})
}
