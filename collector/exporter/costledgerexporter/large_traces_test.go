package costledgerexporter

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

var (
	largeTrace = pcommon.TraceID{0xff}
	smallTrace = pcommon.TraceID{0x11}
)

// chatsOf adds calls of a trace, numbered from first.
func chatsOf(spans ptrace.SpanSlice, trace pcommon.TraceID, first, n int) {
	for i := range n {
		span := chat(spans, 0)
		var id pcommon.SpanID
		binary.BigEndian.PutUint64(id[:], uint64(first+i+1))
		span.SetTraceID(trace)
		span.SetSpanID(id)
	}
}

func TestLargeTraces_AreDividedFromOthers(t *testing.T) {
	l := newLargeTraces(nil)
	l.rows = 10
	divide := func(large, small int) (int, int) {
		td, spans := batch()
		chatsOf(spans, largeTrace, 0, large)
		chatsOf(spans, smallTrace, 0, small)
		others, apart := l.divide(td)
		require.Equal(t, large+small, others.SpanCount()+apart.SpanCount(), "no span is lost or doubled")
		require.Equal(t, large+small, td.SpanCount(), "what other exporters get is not changed")
		for trace := range tracesOf(apart) {
			require.EqualValues(t, largeTrace, trace)
		}
		return others.SpanCount(), apart.SpanCount()
	}
	others, apart := divide(10, 1)
	require.Equal(t, []int{11, 0}, []int{others, apart}, "it is not large yet")
	others, apart = divide(5, 2)
	require.Equal(t, []int{2, 5}, []int{others, apart})
	others, apart = divide(5, 0)
	require.Equal(t, []int{0, 5}, []int{others, apart})
	others, apart = divide(0, 3)
	require.Equal(t, []int{3, 0}, []int{others, apart})
}

// slowStore takes a time for every write of the large trace.
type slowStore struct {
	ledger.Store
	takes  time.Duration
	writes *atomic.Int64 // of the large trace
}

func (s slowStore) Write(ctx context.Context, batches ...ledger.Batch) error {
	if calls := batches[0].Calls; len(calls) > 0 && calls[0].TraceID == ledger.TraceID(largeTrace) {
		time.Sleep(s.takes)
		s.writes.Add(1)
	}
	return s.Store.Write(ctx, batches...)
}

// TestLargeTraces_DelayNoOtherCall has many batches of a large trace in the queue, of
// which each takes long to be written, when a call of another trace arrives.
func TestLargeTraces_DelayNoOtherCall(t *testing.T) {
	const batches, size = 40, 50
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = configopaque.String(duckDB(t))
	cfg.DeadLetter.File = filepath.Join(t.TempDir(), "dead.jsonl")
	cfg.QueueConfig.Get().NumConsumers = 1
	b := cfg.QueueConfig.Get().Batch.Get()
	b.FlushTimeout, b.MinSize, b.MaxSize = 10*time.Millisecond, size, size
	e, err := NewFactory().CreateTraces(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) }()
	ours := e.(traces)
	ours.large.rows = size
	store := ours.exporter.store
	var writes atomic.Int64
	ours.exporter.store = slowStore{store, 200 * time.Millisecond, &writes}
	t.Cleanup(func() { ours.exporter.store = store })

	for n := range batches {
		td, spans := batch()
		chatsOf(spans, largeTrace, n*size, size)
		require.NoError(t, e.ConsumeTraces(t.Context(), td))
	}
	td, spans := batch()
	chatsOf(spans, smallTrace, 0, 1)
	require.NoError(t, e.ConsumeTraces(t.Context(), td))
	calls := func(trace pcommon.TraceID) int {
		found, err := store.Trace(t.Context(), ledger.TraceID(trace))
		if err != nil {
			return 0
		}
		return len(found.Calls)
	}
	require.Eventually(t, func() bool { return calls(smallTrace) == 1 }, 20*time.Second, 5*time.Millisecond)
	require.Less(t, writes.Load(), int64(batches/2), "most of the large trace was still waiting")
	require.Eventually(t, func() bool { return calls(largeTrace) == batches*size }, time.Minute, 50*time.Millisecond, "none is lost")
}

// TestLargeTraces_OnDiskOutliveTheExporter stops an exporter whose store refuses
// everything; the next one writes what was in both queues.
func TestLargeTraces_OnDiskOutliveTheExporter(t *testing.T) {
	folder := t.TempDir()
	host, storageID := storage(t, filepath.Join(folder, "queue"))
	settings := exportertest.NewNopSettings(metadata.Type)
	queued := func(dsn string) traces {
		cfg := createDefaultConfig().(*Config)
		cfg.Endpoint = configopaque.String(dsn)
		cfg.QueueConfig.Get().StorageID = &storageID
		cfg.QueueConfig.Get().Batch.Get().FlushTimeout = 1
		cfg.DeadLetter.File = filepath.Join(folder, "dead.jsonl")
		e, err := NewFactory().CreateTraces(t.Context(), settings, cfg)
		require.NoError(t, err)
		return e.(traces)
	}
	e := queued("clickhouse://127.0.0.1:1/ledger") // no one listens there
	e.large.rows = 2
	require.NoError(t, e.Start(t.Context(), host))
	td, spans := batch()
	chatsOf(spans, largeTrace, 0, 5)
	chatsOf(spans, smallTrace, 0, 2)
	require.NoError(t, e.ConsumeTraces(t.Context(), td))
	size, _, err := e.exporter.largeQueue.gauges.Read(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 5, size)
	require.NoError(t, e.Shutdown(t.Context()))

	dsn := duckDB(t)
	e = queued(dsn)
	require.NoError(t, e.Start(t.Context(), host))
	defer func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) }()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	for trace, want := range map[pcommon.TraceID]int{largeTrace: 5, smallTrace: 2} {
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			found, err := store.Trace(t.Context(), ledger.TraceID(trace))
			if assert.NoError(c, err) {
				assert.Len(c, found.Calls, want)
			}
		}, 30*time.Second, 50*time.Millisecond)
	}
}
