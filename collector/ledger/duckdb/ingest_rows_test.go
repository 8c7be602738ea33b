package duckdb_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"
	"unsafe"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// ingestRows makes the batches of BenchmarkIngest. The memory of a batch is used again by
// the second one after it, so that a row costs only the work of the store.
type ingestRows struct {
	load
	random *rand.Rand
	start  time.Time
	now    *ingestMemory
	before *ingestMemory
}

// ingestMemory is the memory of one batch, and of what is held back of it.
type ingestMemory struct {
	calls, written, late []ledger.Call
	spans                []ledger.AgentSpan
	costs                []udecimal.Decimal
	texts                []byte
}

func newIngestRows(l load, start time.Time) *ingestRows {
	return &ingestRows{load: l, random: rand.New(rand.NewPCG(1, 2)), start: start, now: new(ingestMemory), before: new(ingestMemory)}
}

// next is some runs, each an agent with a tool and calls, one second after those before.
func (r *ingestRows) next(size int) ledger.Batch {
	r.now, r.before = r.before, r.now
	m := r.now
	m.calls, m.spans, m.costs, m.texts = m.calls[:0], m.spans[:0], m.costs[:0], m.texts[:0]
	for i := range size / runRows {
		var trace ledger.TraceID
		binary.BigEndian.PutUint64(trace[:8], r.random.Uint64())
		binary.BigEndian.PutUint64(trace[8:], r.random.Uint64())
		var ids [runRows]ledger.SpanID
		for j := range ids {
			ids[j] = r.spanID()
		}
		at := r.start.Add(time.Duration(i) * 100 * time.Microsecond)
		for j := range 2 {
			span := ledger.AgentSpan{
				TraceID: trace, SpanID: ids[j], Start: at, Duration: time.Second, Role: "agent", Name: "invoke_agent planner",
				Workflow: "briefing", Agent: "planner", User: r.user(), Department: "support",
				Application: "support-copilot", Service: "throughput", Received: time.Now(),
			}
			if j > 0 {
				span.ParentSpanID, span.Role, span.Tool = ids[0], "tool", "search"
			}
			m.spans = append(m.spans, span)
		}
		for j, claim := range r.claims {
			call := r.call(trace, ids[2+j], at.Add(time.Duration(j+1)*time.Millisecond))
			call.Claim, call.ParentSpanID = claim, ids[0]
			if j > 0 && settle.CanLose(claim) {
				call.ParentSpanID = ids[1+j]
			}
			m.calls = append(m.calls, call)
		}
	}
	r.start = r.start.Add(time.Second)
	if r.later {
		m.holdBack(r.before.late)
		return ledger.Batch{Calls: m.written, Spans: m.spans}
	}
	return ledger.Batch{Calls: m.calls, Spans: m.spans}
}

// holdBack puts the outermost calls of the batch before in the place of those of this one.
func (m *ingestMemory) holdBack(before []ledger.Call) {
	m.written, m.late = append(m.written[:0], before...), m.late[:0]
	for _, c := range m.calls {
		if c.Claim == semconv.ClaimFramework {
			m.late = append(m.late, c)
		} else {
			m.written = append(m.written, c)
		}
	}
}

func (r *ingestRows) spanID() (id ledger.SpanID) {
	binary.BigEndian.PutUint64(id[:], r.random.Uint64())
	return id
}

var ingestUsers = func() (users [1000]string) {
	for i := range users {
		users[i] = fmt.Sprint("u-", i)
	}
	return users
}()

func (r *ingestRows) user() string { return ingestUsers[r.random.IntN(len(ingestUsers))] }

// text is a prefix and an id, in the memory of the batch.
func (r *ingestRows) text(prefix string, id []byte) string {
	texts := r.now.texts
	if free := cap(texts) - len(texts); free < len(prefix)+hex.EncodedLen(len(id)) {
		texts = make([]byte, 0, 1<<20) // the rows that are made already keep the one before
	}
	from := len(texts)
	texts = append(texts, prefix...)
	texts = hex.AppendEncode(texts, id)
	r.now.texts = texts
	return unsafe.String(&texts[from], len(texts)-from)
}

var (
	ingestModels  = []string{"gpt-5-mini-2025-08-07", "gpt-4o-2024-08-06", "claude-sonnet-4-5-20250929"}
	ingestReasons = []string{"stop"}
	ingestFlags   = []string{"tier_assumed"}
	ingestBill    = ledger.ReadBill(`[{"kind":"input","quantity":1200,"rate_usd":"0.25","per":1000000,"cost_usd":"0.0003"},{"kind":"output","quantity":320,"rate_usd":"2","per":1000000,"cost_usd":"0.00064"}]`)
)

func (r *ingestRows) call(trace ledger.TraceID, span ledger.SpanID, start time.Time) ledger.Call {
	var id [11]byte
	for i := range id {
		id[i] = byte(r.random.Uint32())
	}
	r.now.costs = append(r.now.costs, udecimal.MustFromInt64(r.random.Int64N(1_000_000_000), 10))
	return ledger.Call{
		TraceID: trace, SpanID: span, Start: start, Duration: time.Duration(r.random.Int64N(int64(5 * time.Second))),
		User: r.user(), Department: "support", Application: "support-copilot",
		Workflow: "briefing", Agent: "planner", Step: "look up policy", ConversationID: r.text("conv_", id[:]),
		Service: "throughput", Environment: "bench", Provider: "openai", ServerAddress: "api.openai.com", Operation: "chat",
		RequestModel: "gpt-5-mini", ResponseModel: ingestModels[r.random.IntN(len(ingestModels))], ResponseID: r.text("msg_", id[:]),
		ServiceTier: "default", Streamed: true, TimeToFirstChunk: time.Duration(r.random.Int64N(int64(time.Second))),
		FinishReasons: ingestReasons, StatusCode: 200,
		Usage:       usage.Counts{usage.Input: 200 + r.random.Int64N(12000), usage.Output: 20 + r.random.Int64N(900), usage.CacheRead: r.random.Int64N(100)},
		UsageFields: int(usage.NumBilled), UsageSource: semconv.UsageReported,
		Cost: ledger.Cost{
			Status: "priced", Amount: &r.now.costs[len(r.now.costs)-1], Currency: "USD", CatalogVersion: "2026-11-01", Flags: ingestFlags,
			Bill: ingestBill,
		},
		Role: "llm", Dialect: "spanledger", Received: time.Now(),
	}
}
