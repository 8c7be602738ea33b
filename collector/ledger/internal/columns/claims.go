package columns

import (
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Claims are the columns of a call that settling looks at, but for its version.
func Claims[C any](k Kinds[ledger.Call, C]) []C {
	return slices.Concat([]C{
		k.TraceID("trace_id", func(c *ledger.Call) *ledger.TraceID { return &c.TraceID }),
		k.SpanID("span_id", func(c *ledger.Call) *ledger.SpanID { return &c.SpanID }),
		k.SpanID("parent_span_id", func(c *ledger.Call) *ledger.SpanID { return &c.ParentSpanID }),
		k.Instant("start_time", func(c *ledger.Call) *time.Time { return &c.Start }),
		k.Text("response_id", func(c *ledger.Call) *string { return &c.ResponseID }),
		k.Flag("is_error", func(c *ledger.Call) *bool { return &c.Error }),
	}, Usage(k), []C{
		k.Flag("billable", func(c *ledger.Call) *bool { return &c.Billable }),
		k.Word("claim", func(c *ledger.Call) *string { return &c.Claim }),
	})
}

// Links are the columns of an agent span that settling looks at, but for its
// version.
func Links[C any](k Kinds[ledger.AgentSpan, C]) []C {
	return []C{
		k.TraceID("trace_id", func(s *ledger.AgentSpan) *ledger.TraceID { return &s.TraceID }),
		k.SpanID("span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.SpanID }),
		k.SpanID("parent_span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.ParentSpanID }),
		k.Instant("start_time", func(s *ledger.AgentSpan) *time.Time { return &s.Start }),
	}
}
