package genaimetricsconnector

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// chats returns a batch of calls; number gives each a trace and a user.
func chats(t testing.TB, size int) (batch ptrace.Traces, number func(from int)) {
	t.Helper()
	batch = ptrace.NewTraces()
	list := batch.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	// The spans of a service have their attributes in one order.
	one := ptrace.NewSpan()
	one.SetSpanID(pcommon.SpanID{1})
	one.SetStartTimestamp(1)
	one.SetEndTimestamp(5e8)
	require.NoError(t, one.Attributes().FromRaw(chat(nil)))
	for range size {
		one.CopyTo(list.AppendEmpty())
	}
	return batch, func(from int) {
		for i, span := range list.All() {
			n := from + i
			span.SetTraceID(pcommon.TraceID{1, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
			span.Attributes().PutStr("user.id", fmt.Sprintf("user-%d", n))
		}
	}
}

// TestUsers_AMillionUsers holds the memory and the number of series that any number
// of users can cause, and that every call is in the sum.
func TestUsers_AMillionUsers(t *testing.T) {
	const users, size = 1_000_000, 1000
	d, _ := newTestDeriver(t, nil)
	batch, number := chats(t, size)
	before := heap()
	for from := 0; from < users; from += size {
		number(from)
		require.NoError(t, d.ConsumeTraces(t.Context(), batch))
	}
	used := heap() - before
	t.Logf("%d series, %.1f MB on the heap after %d users", d.state.size(), float64(used)/1e6, users)
	assert.LessOrEqual(t, d.state.size(), 1100)
	assert.Less(t, used, int64(128<<20))

	total := 0
	for _, line := range lines(d.state.emitted(time.Unix(1, 0), true), "spanledger.calls") {
		var n int
		_, err := fmt.Sscan(line[strings.LastIndexByte(line, ' ')+1:], &n)
		require.NoError(t, err)
		total += n
	}
	assert.Equal(t, users, total)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestUsers_ASpanDeliveredAgainIsNotCountedAgain(t *testing.T) {
	d, _ := newTestDeriver(t, nil)
	batch, number := chats(t, 3)
	number(0)
	for range 3 {
		require.NoError(t, d.ConsumeTraces(t.Context(), batch))
	}
	got := lines(d.state.emitted(time.Unix(1, 0), true), "spanledger.calls")
	require.Len(t, got, 3)
	for _, line := range got {
		assert.True(t, strings.HasSuffix(line, " 1"), line)
	}
}

func BenchmarkConsume(b *testing.B) {
	const size = 1000
	d, _ := newTestDeriver(b, nil)
	batch, number := chats(b, size)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += size {
		b.StopTimer()
		number(i)
		b.StartTimer()
		if err := d.ConsumeTraces(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}
