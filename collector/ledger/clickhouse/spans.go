package clickhouse

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// spanTable holds the agents, steps and tools around the calls.
const spanTable = "agent_span_rows"

func newSpanBlock() *block[ledger.AgentSpan] {
	return newBlock([]column[ledger.AgentSpan]{
		traceID("trace_id", func(s *ledger.AgentSpan) *ledger.TraceID { return &s.TraceID }),
		spanID("span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.SpanID }),
		spanID("parent_span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.ParentSpanID }),
		instant("start_time", func(s *ledger.AgentSpan) *time.Time { return &s.Start }),
		span("duration_ns", func(s *ledger.AgentSpan) *time.Duration { return &s.Duration }),
		word("role", func(s *ledger.AgentSpan) *string { return &s.Role }),
		word("name", func(s *ledger.AgentSpan) *string { return &s.Name }),
		word("workflow", func(s *ledger.AgentSpan) *string { return &s.Workflow }),
		word("agent", func(s *ledger.AgentSpan) *string { return &s.Agent }),
		word("step", func(s *ledger.AgentSpan) *string { return &s.Step }),
		number("step_number", func(s *ledger.AgentSpan) *int { return &s.StepNumber }),
		word("tool", func(s *ledger.AgentSpan) *string { return &s.Tool }),
		text("user_id", func(s *ledger.AgentSpan) *string { return &s.User }),
		word("department", func(s *ledger.AgentSpan) *string { return &s.Department }),
		word("application", func(s *ledger.AgentSpan) *string { return &s.Application }),
		word("service", func(s *ledger.AgentSpan) *string { return &s.Service }),
		text("conversation_id", func(s *ledger.AgentSpan) *string { return &s.ConversationID }),
		flag("is_error", func(s *ledger.AgentSpan) *bool { return &s.Error }),
		word("error_type", func(s *ledger.AgentSpan) *string { return &s.ErrorType }),
		spanIDs("links", func(s *ledger.AgentSpan) *[]ledger.SpanID { return &s.Links }),
		spanVersion(),
	})
}
