package ledgertest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// noon is when the rows of the suite happen, unless a test says otherwise. Two
// days before, Berlin and New York change their clocks at different hours.
var noon = time.Date(2026, 10, 27, 12, 0, 0, 123456789, time.UTC)

func amount(s string) udecimal.Decimal { return udecimal.MustParse(s) }

func money(s string) *udecimal.Decimal {
	d := amount(s)
	return &d
}

func trace(n uint64) (id ledger.TraceID) {
	binary.BigEndian.PutUint64(id[:8], 0xfeedfacecafebeef)
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}

func span(n uint64) (id ledger.SpanID) {
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

// call is a small valid row.
func call(traceNumber, spanNumber uint64) ledger.Call {
	return ledger.Call{
		TraceID: trace(traceNumber), SpanID: span(spanNumber),
		Start: noon, Duration: time.Second,
		Provider: "openai", Operation: "chat", RequestModel: "gpt-5",
		Cost:     ledger.Cost{Status: "priced", Amount: money("0.25"), Currency: "USD"},
		Role:     "llm",
		Billable: true,
		Received: noon.Truncate(time.Microsecond).Add(time.Minute),
	}
}

// fullCall has a different value in every field.
func fullCall() ledger.Call {
	return ledger.Call{
		TraceID: trace(1), SpanID: span(1 << 63), ParentSpanID: span(2),
		Start: noon, Duration: 1234567891, TimeToFirstChunk: 98765432,
		User: "u-4711", Department: "claims", Application: "intake-bot", Team: "blue", CostCenter: "cc-12",
		Environment: "production", Tags: map[string]string{"project": "apollo", "empty": "", "ключ": "значение"},
		Workflow: "triage flow", Agent: "triage", Step: "look up policy", ConversationID: "conv-1",
		PromptName: "triage", PromptVersion: "v7", Purpose: "evaluation",
		Service: "intake", Provider: "anthropic", ServerAddress: "api.anthropic.com", Operation: "generate_content",
		RequestModel: "claude-sonnet-4-5", ResponseModel: "claude-sonnet-4-5-20250929", ResponseID: "msg_01",
		ServiceTier: "batch", Streamed: true, FinishReasons: []string{"stop", "length"},
		Error: true, ErrorType: "rate_limited", StatusCode: 429, Attempt: 3, Aborted: true,
		Usage: fullUsage(), UsageFields: int(usage.NumBilled),
		PromptPrefix: "0123456789abcdef", PromptPrefixTokens: 21, PromptParts: "01234567.89abcdef.00112233",
		PromptShares: "system:7 tools/mcp/github:5 last:3",
		UsageSource:  "reported",
		Cost: ledger.Cost{
			Status: "priced", Amount: money("12345678901234567890.123456789012345678"), Currency: "USD",
			Reason: "none", Flags: []string{"tier_assumed", "region_assumed"}, Bill: ledger.ReadBill(`[{"unit":"input"}]`),
			CatalogVersion: "2026-11-01", Vendor: money("-0.000000000000000001"),
		},
		Terms: ledger.Terms{
			RequestedTier: "priority", Speed: "fast", InferenceGeo: "us", Region: "eu-west-1", SearchContextSize: "high",
		},
		Role: "llm", Billable: true, Dialect: "spanledger", Claim: "transport",
		Revision: 4095, Received: noon.Truncate(time.Microsecond).Add(time.Minute),
	}
}

// FullCall and FullLog have a different value in every field.
func FullCall() ledger.Call { return fullCall() }

// FullLog is described by FullCall.
func FullLog() ledger.Log { return fullLog() }

// fullUsage has every count that a bill can depend on, each of its own.
func fullUsage() (all usage.Counts) {
	for f := range usage.NumBilled {
		all[f] = int64(f) + 1
	}
	all[usage.Images] = 1<<63 - 1
	return all
}

func fullSpan() ledger.AgentSpan {
	return ledger.AgentSpan{
		TraceID: trace(1), SpanID: span(3), ParentSpanID: span(4),
		Start: noon.Add(-time.Second), Duration: 5555555555,
		Role: "step", Name: "step look up policy", Workflow: "triage flow", Agent: "triage",
		Step: "look up policy", StepNumber: 7, Tool: "search",
		User: "u-4711", Department: "claims", Application: "intake-bot", Service: "intake", ConversationID: "conv-1",
		Error: true, ErrorType: "timeout", Links: []ledger.SpanID{span(5), span(1<<64 - 1)},
		Received: noon.Truncate(time.Microsecond).Add(time.Hour),
	}
}

// RandomCalls is n rows over three days with every dimension in use; the same
// seed gives the same rows.
func RandomCalls(n int, seed uint64) []ledger.Call {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	calls := make([]ledger.Call, n)
	for i := range calls {
		c := call(uint64(i/5), uint64(i+1))
		c.Start = noon.Add(time.Duration(r.Int64N(int64(72*time.Hour))) - 60*time.Hour)
		c.Duration = time.Duration(r.Int64N(int64(20 * time.Second)))
		c.User = pick("", "u-1", "u-2", "u-3")
		c.Department = pick("", "claims", "sales")
		c.Application = pick("intake", "search")
		c.Team, c.CostCenter = pick("", "blue"), pick("cc-1", "cc-2")
		c.Environment = pick("production", "staging")
		c.Workflow, c.Agent, c.Step = pick("", "nightly"), pick("", "planner", "writer"), pick("", "plan", "draft")
		c.Service = pick("svc-a", "svc-b")
		c.Provider = pick("openai", "anthropic")
		c.Operation = pick("chat", "embeddings")
		c.RequestModel = pick("gpt-5", "claude-haiku-4-5")
		c.ResponseModel = pick("", "gpt-5-2025-08-07")
		switch r.IntN(4) {
		case 0:
			c.Tags = map[string]string{"project": pick("apollo", "gemini")}
		case 1:
			c.Tags = map[string]string{"project": "apollo", "other": "x"}
		}
		if c.Streamed = r.IntN(2) == 0; c.Streamed {
			c.TimeToFirstChunk = time.Duration(r.Int64N(int64(time.Second)))
		}
		if c.Error = r.IntN(10) == 0; c.Error {
			c.ErrorType, c.StatusCode = pick("500", "timeout"), 500
		}
		c.Usage = usage.Counts{
			usage.Input: r.Int64N(100_000), usage.Output: r.Int64N(8_000), usage.CacheRead: r.Int64N(500),
			usage.CacheWrite: r.Int64N(500), usage.Reasoning: r.Int64N(500),
		}
		switch r.IntN(12) {
		case 0:
			c.Cost = ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
		case 1:
			c.Cost = ledger.Cost{Status: "invalid", Reason: "negative_usage"}
		case 2:
			c.Cost = ledger.Cost{Status: "free", Amount: money("0"), Currency: "USD"}
		default:
			c.Cost.Amount = money(fmt.Sprintf("%d.%018d", r.IntN(3), r.Int64N(1e18)))
		}
		c.PromptName, c.PromptVersion, c.Purpose = pick("", "triage"), pick("", "v1", "v2"), pick("", "production", "judge")
		c.ConversationID, c.Dialect = pick("", "conv-1", "conv-2"), pick("spanledger", "openllmetry")
		calls[i] = c
	}
	return calls
}
