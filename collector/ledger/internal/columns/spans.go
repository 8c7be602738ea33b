package columns

import (
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Spans are the columns of an agent span but for its version.
func Spans[C any](k Kinds[ledger.AgentSpan, C]) []C {
	return []C{
		k.TraceID("trace_id", func(s *ledger.AgentSpan) *ledger.TraceID { return &s.TraceID }),
		k.SpanID("span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.SpanID }),
		k.SpanID("parent_span_id", func(s *ledger.AgentSpan) *ledger.SpanID { return &s.ParentSpanID }),
		k.Instant("start_time", func(s *ledger.AgentSpan) *time.Time { return &s.Start }),
		k.Duration("duration_ns", func(s *ledger.AgentSpan) *time.Duration { return &s.Duration }),
		k.Word("role", func(s *ledger.AgentSpan) *string { return &s.Role }),
		k.Word("name", func(s *ledger.AgentSpan) *string { return &s.Name }),
		k.Word("workflow", func(s *ledger.AgentSpan) *string { return &s.Workflow }),
		k.Word("agent", func(s *ledger.AgentSpan) *string { return &s.Agent }),
		k.Word("step", func(s *ledger.AgentSpan) *string { return &s.Step }),
		k.Number("step_number", func(s *ledger.AgentSpan) *int { return &s.StepNumber }),
		k.Word("tool", func(s *ledger.AgentSpan) *string { return &s.Tool }),
		k.Text("user_id", func(s *ledger.AgentSpan) *string { return &s.User }),
		k.Word("department", func(s *ledger.AgentSpan) *string { return &s.Department }),
		k.Word("application", func(s *ledger.AgentSpan) *string { return &s.Application }),
		k.Word("service", func(s *ledger.AgentSpan) *string { return &s.Service }),
		k.Text("conversation_id", func(s *ledger.AgentSpan) *string { return &s.ConversationID }),
		k.Flag("is_error", func(s *ledger.AgentSpan) *bool { return &s.Error }),
		k.Word("error_type", func(s *ledger.AgentSpan) *string { return &s.ErrorType }),
		k.SpanIDs("links", func(s *ledger.AgentSpan) *[]ledger.SpanID { return &s.Links }),
	}
}
