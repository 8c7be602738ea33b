package durability_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// inputTokens is the value that every call of the test takes in, so that a sum over the
// ledger tells what was lost or doubled.
const inputTokens = 7

// spansInExport is how many calls one OTLP request carries.
const spansInExport = 50

// pause between the exports of a sender: four of them offer what a small machine
// settles in the time the test waits.
const pause = 15 * time.Millisecond

// client sends calls and their log records until it is told to stop, each export
// again until it is acknowledged, as an SDK does.
type client struct {
	conn *grpc.ClientConn
	stop context.CancelFunc
	done sync.WaitGroup

	mu           sync.Mutex
	acknowledged int
}

func startClient(t *testing.T, address string, senders int) *client {
	t.Helper()
	conn := dial(t, address)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	c := &client{conn: conn, stop: cancel}
	for sender := range senders {
		c.done.Add(1)
		go c.send(ctx, uint32(sender+1))
	}
	t.Cleanup(func() {
		cancel()
		c.done.Wait()
		_ = conn.Close()
	})
	return c
}

func (c *client) send(ctx context.Context, sender uint32) {
	defer c.done.Done()
	traces, logs := ptraceotlp.NewGRPCClient(c.conn), plogotlp.NewGRPCClient(c.conn)
	for n := uint32(1); ; n++ {
		td := calls(sender, n)
		request, records := ptraceotlp.NewExportRequestFromTraces(td), plogotlp.NewExportRequestFromLogs(recordsOf(td))
		untilAcknowledged(ctx, func(ctx context.Context) error { _, err := traces.Export(ctx, request); return err })
		untilAcknowledged(ctx, func(ctx context.Context) error { _, err := logs.Export(ctx, records); return err })
		c.mu.Lock()
		c.acknowledged += spansInExport
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// untilAcknowledged repeats an export. One that has begun is seen through, so
// that nothing is in doubt at the end: what was stored is then what was
// acknowledged.
func untilAcknowledged(ctx context.Context, export func(context.Context) error) (failed failures) {
	for {
		attempt, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		err := export(attempt)
		cancel()
		if err == nil {
			return failed
		}
		failed.add(err)
		time.Sleep(20 * time.Millisecond)
	}
}

// failures counts attempts that failed, by what the client said.
type failures map[string]int

// digits are the ports and numbers in which errors of one kind differ.
var digits = regexp.MustCompile(`[0-9]+`)

func (f *failures) add(err error) {
	if *f == nil {
		*f = make(failures)
	}
	(*f)[digits.ReplaceAllString(err.Error(), "n")]++
}

func (f failures) String() string {
	var all []string
	for _, reason := range slices.SortedFunc(maps.Keys(f), func(a, b string) int { return f[b] - f[a] }) {
		all = append(all, fmt.Sprintf("%d × %s", f[reason], reason))
	}
	return strings.Join(all, "; ")
}

// dial connects as often as attempts are made: by default a client waits for up to two
// minutes before it connects again, which a collector that is killed every few seconds
// makes the longest wait of all.
func dial(t *testing.T, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithConnectParams(grpc.ConnectParams{
		Backoff: backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second}, MinConnectTimeout: 2 * time.Second,
	}))
	require.NoError(t, err)
	return conn
}

// finish stops sending and returns how many calls were acknowledged.
func (c *client) finish() int {
	c.stop()
	c.done.Wait()
	return c.count()
}

func (c *client) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.acknowledged
}

// calls is export n of a sender: one trace.
func calls(sender, n uint32) ptrace.Traces {
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "durability")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	var id pcommon.TraceID
	binary.BigEndian.PutUint32(id[0:], sender)
	binary.BigEndian.PutUint32(id[12:], n)
	now := time.Now()
	for i := range spansInExport {
		span := spans.AppendEmpty()
		span.SetTraceID(id)
		span.SetSpanID(pcommon.SpanID{0: byte(i + 1)})
		span.SetKind(ptrace.SpanKindClient)
		span.SetName("chat gpt-5")
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(now))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(now.Add(time.Second)))
		a := span.Attributes()
		a.PutStr(string(semconv.OperationName), semconv.OperationChat)
		a.PutStr(string(semconv.ProviderName), semconv.ProviderOpenAI)
		a.PutStr(string(semconv.RequestModel), "gpt-5")
		a.PutStr(string(semconv.ResponseModel), "gpt-5")
		a.PutInt(string(semconv.UsageInputTokens), inputTokens)
		a.PutInt(string(semconv.UsageOutputTokens), 1)
	}
	return td
}

// recordsOf is the log record of each call.
func recordsOf(td ptrace.Traces) plog.Logs {
	ld := plog.NewLogs()
	resource := ld.ResourceLogs().AppendEmpty()
	td.ResourceSpans().At(0).Resource().CopyTo(resource.Resource())
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for _, span := range td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		r := records.AppendEmpty()
		r.SetTraceID(span.TraceID())
		r.SetSpanID(span.SpanID())
		r.SetTimestamp(span.EndTimestamp())
		r.Body().SetStr(span.Name())
		r.Attributes().PutStr(string(semconv.RequestModel), "gpt-5")
		r.Attributes().PutDouble(string(semconv.CallDuration), 1)
	}
	return ld
}
