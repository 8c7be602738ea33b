package tracetree_test

import (
	"encoding/binary"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var began = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

func at(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func id(n int) (s ledger.SpanID) {
	if n > 0 {
		binary.BigEndian.PutUint64(s[:], uint64(n))
	}
	return s
}

func span(n, parent int, role, name string, start, length int) ledger.AgentSpan {
	s := ledger.AgentSpan{
		SpanID: id(n), ParentSpanID: id(parent), Start: at(start), Duration: ms(length),
		Role: role, Name: role + " " + name, User: "u-4711", Department: "claims", Application: "intake-bot",
	}
	switch role {
	case semconv.RoleWorkflow:
		s.Workflow = name
	case semconv.RoleAgent:
		s.Agent = name
	case semconv.RoleStep:
		s.Step = name
	case semconv.RoleTool:
		s.Tool = name
	}
	return s
}

func call(n, parent int, model string, start, length int, in, out int64, cost string) ledger.Call {
	c := ledger.Call{
		SpanID: id(n), ParentSpanID: id(parent), Start: at(start), Duration: ms(length),
		Role: semconv.RoleLLM, Operation: "chat", RequestModel: model, Billable: true,
		Usage: usage.Counts{usage.Input: in, usage.Output: out},
	}
	if cost == "" {
		c.Cost = ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
		return c
	}
	amount := udecimal.MustParse(cost)
	c.Cost = ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"}
	return c
}

// run is a workflow whose planner hands over to two researchers at work in
// parallel, and a writer that meets a rate limit.
func run() *ledger.Trace {
	t := &ledger.Trace{
		Spans: []ledger.AgentSpan{
			span(1, 0, semconv.RoleWorkflow, "report", 0, 12000),
			span(2, 1, semconv.RoleAgent, "planner", 10, 1900),
			span(3, 2, semconv.RoleStep, "plan the work", 20, 1800),
			span(10, 1, semconv.RoleAgent, "researcher", 2000, 4000),
			span(11, 10, semconv.RoleStep, "search", 2010, 3900),
			span(12, 11, semconv.RoleTool, "web_search", 2100, 900),
			span(20, 1, semconv.RoleAgent, "researcher", 2000, 6000),
			span(21, 20, semconv.RoleStep, "search", 2010, 5900),
			span(30, 1, semconv.RoleAgent, "writer", 8100, 3800),
			span(31, 30, semconv.RoleStep, "write", 8110, 3700),
		},
		Calls: []ledger.Call{
			call(4, 3, "gpt-5", 30, 1700, 1200, 300, "0.0045"),
			call(13, 11, "gpt-5-mini", 3100, 2700, 4000, 500, "0.002"),
			call(22, 21, "claude-sonnet-4-5", 2100, 5700, 9000, 800, "0.039"),
			call(32, 31, "gpt-5", 8200, 100, 0, 0, "0"),
			call(33, 31, "gpt-5", 8800, 2900, 2500, 1500, "0.018125"),
		},
	}
	t.ID = ledger.TraceID{0x4b, 0xf9, 15: 0x36}
	t.Spans[2].StepNumber = 1
	t.Spans[3].Links = []ledger.SpanID{id(2)}
	t.Spans[6].Links = []ledger.SpanID{id(2)}
	t.Calls[3].Error, t.Calls[3].ErrorType = true, "rate_limit_exceeded"
	t.Calls[4].Attempt = 1
	return t
}
