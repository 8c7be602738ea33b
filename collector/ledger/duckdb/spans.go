package duckdb

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// spans is the table of the agents, steps and tools around the calls.
var spans = table[ledger.AgentSpan]{
	name:    "agent_span_rows",
	version: []string{"received_time"},
	columns: []column[ledger.AgentSpan]{
		traceID("trace_id", func(s *ledger.AgentSpan) *ledger.TraceID { return &s.TraceID }),
		spanID("span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.SpanID }),
		spanID("parent_span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.ParentSpanID }),
		instant("start_time", func(s *ledger.AgentSpan) *time.Time { return &s.Start }),
		span("duration_ns", func(s *ledger.AgentSpan) *time.Duration { return &s.Duration }),
		text("role", func(s *ledger.AgentSpan) *string { return &s.Role }),
		text("name", func(s *ledger.AgentSpan) *string { return &s.Name }),
		text("workflow", func(s *ledger.AgentSpan) *string { return &s.Workflow }),
		text("agent", func(s *ledger.AgentSpan) *string { return &s.Agent }),
		text("step", func(s *ledger.AgentSpan) *string { return &s.Step }),
		small("step_number", func(s *ledger.AgentSpan) *int { return &s.StepNumber }),
		text("tool", func(s *ledger.AgentSpan) *string { return &s.Tool }),
		text("user_id", func(s *ledger.AgentSpan) *string { return &s.User }),
		text("department", func(s *ledger.AgentSpan) *string { return &s.Department }),
		text("application", func(s *ledger.AgentSpan) *string { return &s.Application }),
		text("service", func(s *ledger.AgentSpan) *string { return &s.Service }),
		text("conversation_id", func(s *ledger.AgentSpan) *string { return &s.ConversationID }),
		flag("is_error", func(s *ledger.AgentSpan) *bool { return &s.Error }),
		text("error_type", func(s *ledger.AgentSpan) *string { return &s.ErrorType }),
		spanIDs("links", func(s *ledger.AgentSpan) *[]ledger.SpanID { return &s.Links }),
		instant("received_time", func(s *ledger.AgentSpan) *time.Time { return &s.Received }),
	},
}
