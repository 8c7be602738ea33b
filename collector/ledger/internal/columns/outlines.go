package columns

import (
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// CallOutlines are the columns of a call that ledger.FoldedTrace needs: those of
// Call.Totals, and its place in the tree.
func CallOutlines[C any](k Kinds[ledger.Call, C]) []C {
	var counts []C
	for _, f := range []usage.Field{usage.Input, usage.Output, usage.CacheRead, usage.CacheWrite, usage.Reasoning, usage.NanoCredits} {
		counts = append(counts, k.Count(f.Column(), func(c *ledger.Call) *int64 { return &c.Usage[f] }))
	}
	return slices.Concat([]C{
		k.SpanID("span_id", func(c *ledger.Call) *ledger.SpanID { return &c.SpanID }),
		k.SpanID("parent_span_id", func(c *ledger.Call) *ledger.SpanID { return &c.ParentSpanID }),
		k.Instant("start_time", func(c *ledger.Call) *time.Time { return &c.Start }),
		k.Duration("duration_ns", func(c *ledger.Call) *time.Duration { return &c.Duration }),
		k.Flag("is_error", func(c *ledger.Call) *bool { return &c.Error }),
		k.Flag("billable", func(c *ledger.Call) *bool { return &c.Billable }),
		k.Word("cost_status", func(c *ledger.Call) *string { return &c.Cost.Status }),
		k.Amount("cost", func(c *ledger.Call) **udecimal.Decimal { return &c.Cost.Amount }),
	}, counts)
}

// SpanOutlines are the columns of an agent span that ledger.FoldedTrace needs.
func SpanOutlines[C any](k Kinds[ledger.AgentSpan, C]) []C {
	return []C{
		k.SpanID("span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.SpanID }),
		k.SpanID("parent_span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.ParentSpanID }),
		k.Instant("start_time", func(s *ledger.AgentSpan) *time.Time { return &s.Start }),
		k.Duration("duration_ns", func(s *ledger.AgentSpan) *time.Duration { return &s.Duration }),
		k.Word("role", func(s *ledger.AgentSpan) *string { return &s.Role }),
		k.Word("agent", func(s *ledger.AgentSpan) *string { return &s.Agent }),
		k.Flag("is_error", func(s *ledger.AgentSpan) *bool { return &s.Error }),
	}
}
