package durability_test

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// honestApplication is the application of honest senders; no hostile sender
// uses its name.
const honestApplication = "honest"

// key identifies a call.
type key struct {
	trace ledger.TraceID
	span  ledger.SpanID
}

// expected is a call that was acknowledged.
type expected struct {
	input, output int64
	cost          udecimal.Decimal
}

// honest sends calls until it is told to stop: an export again until it is
// acknowledged, as an SDK does, some of them again afterwards, alone, in two halves
// or twice at the same time, as an SDK does that missed the answer.
type honest struct {
	conn *grpc.ClientConn
	stop context.CancelFunc
	done sync.WaitGroup

	mu           sync.Mutex
	acknowledged map[key]expected
	replayed     int           // exports
	longest      time.Duration // that an export waited for its acknowledgement
	why          failures      // of the attempts of that export
}

func startHonest(t *testing.T, address string, senders int, seed uint64) *honest {
	t.Helper()
	conn := dial(t, address)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	h := &honest{conn: conn, stop: cancel, acknowledged: make(map[key]expected)}
	for sender := range senders {
		h.done.Go(func() { h.send(ctx, uint32(sender+1), rand.New(rand.NewPCG(seed, uint64(sender)))) })
	}
	t.Cleanup(func() {
		cancel()
		h.done.Wait()
		_ = conn.Close()
	})
	return h
}

func (h *honest) send(ctx context.Context, sender uint32, random *rand.Rand) {
	client := ptraceotlp.NewGRPCClient(h.conn)
	var clock time.Duration // what the sender's clock is off by
	var earlier []ptrace.Traces
	for n := uint32(1); ctx.Err() == nil; n++ {
		if random.IntN(20) == 0 {
			clock = time.Duration(random.IntN(7200)-3600) * time.Second
		}
		td, calls := honestCalls(sender, n, time.Now().Add(clock), random)
		begun := time.Now()
		failed := h.export(ctx, client, td)
		h.mu.Lock()
		for k, c := range calls {
			h.acknowledged[k] = c
		}
		if waited := time.Since(begun); waited > h.longest {
			h.longest, h.why = waited, failed
		}
		h.mu.Unlock()
		if earlier = append(earlier, td); len(earlier) > 50 {
			earlier = earlier[1:]
		}
		if random.IntN(4) == 0 {
			h.replay(ctx, client, earlier[random.IntN(len(earlier))], random)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(20+random.IntN(60)) * time.Millisecond):
		}
	}
}

func (h *honest) export(ctx context.Context, client ptraceotlp.GRPCClient, td ptrace.Traces) failures {
	request := ptraceotlp.NewExportRequestFromTraces(td)
	return untilAcknowledged(ctx, func(ctx context.Context) error { _, err := client.Export(ctx, request); return err })
}

func (h *honest) replay(ctx context.Context, client ptraceotlp.GRPCClient, td ptrace.Traces, random *rand.Rand) {
	h.mu.Lock()
	h.replayed++
	h.mu.Unlock()
	switch random.IntN(3) {
	case 0:
		h.export(ctx, client, td)
	case 1: // halves, the second one first
		for half := range 2 {
			part := ptrace.NewTraces()
			td.CopyTo(part)
			i := 0
			part.ResourceSpans().At(0).ScopeSpans().At(0).Spans().RemoveIf(func(ptrace.Span) bool { i++; return i%2 == half })
			h.export(ctx, client, part)
		}
	default:
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { h.export(ctx, client, td) })
		}
		both.Wait()
	}
}

// finish stops sending and sees what was begun through.
func (h *honest) finish() map[key]expected {
	h.stop()
	h.done.Wait()
	return h.acknowledged
}

func (h *honest) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.acknowledged)
}

// honestCalls is export n of a sender: a run of an agent and its calls, with counts
// random, so that no sum is right by accident.
func honestCalls(sender, n uint32, now time.Time, random *rand.Rand) (ptrace.Traces, map[key]expected) {
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", honestApplication)
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	var id pcommon.TraceID
	binary.BigEndian.PutUint32(id[0:], 0x600d0000+sender)
	binary.BigEndian.PutUint32(id[12:], n)
	agent := spans.AppendEmpty()
	agent.SetTraceID(id)
	agent.SetSpanID(pcommon.SpanID{7: 0xff})
	agent.SetName("invoke_agent triage")
	agent.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
	agent.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(2 * time.Second)))
	agent.Attributes().PutStr(string(semconv.OperationName), "invoke_agent")
	calls := make(map[key]expected)
	for i := range 1 + random.IntN(40) {
		in, out := int64(1+random.IntN(5000)), int64(1+random.IntN(500))
		span := spans.AppendEmpty()
		span.SetTraceID(id)
		span.SetSpanID(pcommon.SpanID{0: byte(i + 1)})
		span.SetParentSpanID(agent.SpanID())
		span.SetKind(ptrace.SpanKindClient)
		span.SetName("chat gpt-5")
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Second)))
		a := span.Attributes()
		a.PutStr(string(semconv.OperationName), semconv.OperationChat)
		a.PutStr(string(semconv.ProviderName), semconv.ProviderOpenAI)
		a.PutStr(string(semconv.RequestModel), "gpt-5")
		a.PutStr(string(semconv.ResponseModel), "gpt-5")
		a.PutInt(string(semconv.UsageInputTokens), in)
		a.PutInt(string(semconv.UsageOutputTokens), out)
		price := pricing.Default().Price(&pricing.Call{Provider: "openai", RequestModel: "gpt-5", ResponseModel: "gpt-5",
			Start: now, Usage: usage.Counts{usage.Input: in, usage.Output: out}})
		calls[key{ledger.TraceID(id), ledger.SpanID(span.SpanID())}] = expected{in, out, price.Amount}
	}
	return td, calls
}
