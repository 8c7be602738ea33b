package costledgerexporter

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// hungStore answers no write until its context ends, as a server that is stopped.
type hungStore struct {
	ledger.Store
	asked chan struct{}
}

func (s hungStore) Write(ctx context.Context, _ ...ledger.Batch) error { return s.hang(ctx) }

func (s hungStore) WriteLogs(ctx context.Context, _ []ledger.Log) error { return s.hang(ctx) }

func (s hungStore) hang(ctx context.Context) error {
	select {
	case s.asked <- struct{}{}:
	default:
	}
	<-ctx.Done()
	return ctx.Err()
}

// TestShutdown_EndsWhileTheStoreHangs stops an exporter whose store does not answer; the
// next one writes what waited.
func TestShutdown_EndsWhileTheStoreHangs(t *testing.T) {
	folder := t.TempDir()
	host, storageID := storage(t, filepath.Join(folder, "queue"))
	settings := exportertest.NewNopSettings(metadata.Type)
	dsn := duckDB(t)
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = configopaque.String(dsn)
	cfg.QueueConfig.Get().StorageID = &storageID
	cfg.QueueConfig.Get().Batch.Get().FlushTimeout = 1
	cfg.DeadLetter.File = filepath.Join(folder, "dead.jsonl")

	hang := func(e *costLedger) (asked chan struct{}) {
		asked = make(chan struct{}, 1)
		e.store = hungStore{e.store, asked}
		return asked
	}
	traceExporter, err := NewFactory().CreateTraces(t.Context(), settings, cfg)
	require.NoError(t, err)
	require.NoError(t, traceExporter.Start(t.Context(), host))
	asked := hang(traceExporter.(traces).exporter)
	traceExporter.(traces).large.rows = 2
	td, spans := batch()
	chatsOf(spans, largeTrace, 0, 5)
	chatsOf(spans, smallTrace, 0, 2)
	require.NoError(t, traceExporter.ConsumeTraces(t.Context(), td))
	<-asked
	logExporter, err := NewFactory().CreateLogs(t.Context(), settings, cfg)
	require.NoError(t, err)
	require.NoError(t, logExporter.Start(t.Context(), host))
	askedLogs := hang(logExporter.(logs).exporter)
	ld := plog.NewLogs()
	record := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetTraceID(smallTrace)
	record.Body().SetStr("waits")
	require.NoError(t, logExporter.ConsumeLogs(t.Context(), ld))
	<-askedLogs

	began := time.Now()
	require.NoError(t, traceExporter.Shutdown(t.Context()))
	require.Less(t, time.Since(began), 3*stopGrace)
	began = time.Now()
	require.NoError(t, logExporter.Shutdown(t.Context()))
	require.Less(t, time.Since(began), 3*stopGrace)

	traceExporter, err = NewFactory().CreateTraces(t.Context(), settings, cfg)
	require.NoError(t, err)
	require.NoError(t, traceExporter.Start(t.Context(), host))
	defer func() { require.NoError(t, traceExporter.Shutdown(context.WithoutCancel(t.Context()))) }()
	logExporter, err = NewFactory().CreateLogs(t.Context(), settings, cfg)
	require.NoError(t, err)
	require.NoError(t, logExporter.Start(t.Context(), host))
	defer func() { require.NoError(t, logExporter.Shutdown(context.WithoutCancel(t.Context()))) }()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		calls := 0
		for _, trace := range []ledger.TraceID{ledger.TraceID(largeTrace), ledger.TraceID(smallTrace)} {
			if found, err := store.Trace(t.Context(), trace); assert.NoError(c, err) {
				calls += len(found.Calls)
			}
		}
		assert.Equal(c, 7, calls)
		found, err := store.Logs(t.Context(), ledger.LogQuery{Limit: 10})
		assert.NoError(c, err)
		assert.Len(c, found, 1)
	}, 30*time.Second, 50*time.Millisecond)
}
