package costledgerexporter

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// sluggish is a store that needs some time for each question of settlement.
type sluggish struct {
	ledger.Store
	needs time.Duration
	asked atomic.Int64
}

func (s *sluggish) Contested(ctx context.Context, q ledger.ConflictQuery) ([]ledger.TraceID, error) {
	s.asked.Add(1)
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(s.needs):
		return s.Store.Contested(ctx, q)
	}
}

// patientExporter has a queue on disk, and a store that takes longer than the timeout.
func patientExporter(t *testing.T) (*costLedger, *sluggish) {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = configopaque.String(duckDB(t))
	cfg.DeadLetter.File = filepath.Join(t.TempDir(), "dead.jsonl")
	storage := component.MustNewID("file_storage")
	cfg.QueueConfig.Get().StorageID = &storage
	e, err := newExporter(componenttest.NewNopTelemetrySettings(), cfg)
	require.NoError(t, err)
	require.NoError(t, e.start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, e.shutdown(context.Background())) })
	store := &sluggish{Store: e.store, needs: 300 * time.Millisecond}
	e.store = store
	e.settler = settle.NewSettler(store, settle.SettlerOptions{Report: func(err error) { t.Error(err) }})
	return e, store
}

func TestPatience_GivesASlowStoreMoreTimeWithEachAttempt(t *testing.T) {
	e, store := patientExporter(t)
	td, spans := batch()
	for n := range byte(40) {
		span := chat(spans, n+1)
		span.Attributes().PutStr(string(semconv.Claim), semconv.ClaimClient)
	}
	push := e.pushOf(e.queue)
	request := e.rows(t.Context(), td)
	attempts := 0
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		err := push(ctx, request)
		cancel()
		attempts++
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, attempts, 8, "the store never gets the time that it needs")
	}
	assert.Greater(t, attempts, 1)
	assert.LessOrEqual(t, int(store.asked.Load()), 2*attempts+2, "rows that are written are not settled in parts")
	trace, err := store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
	require.NoError(t, err)
	assert.Len(t, trace.Calls, 40)
	for _, err := range e.dead.All() {
		require.NoError(t, err)
		assert.Fail(t, "a row was given up because the store is slow")
	}
}

func TestPatience_WritesOneSlowRequestAtATime(t *testing.T) {
	e, _ := patientExporter(t)
	p := newPatience(&e.stop)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	first, end := p.begin(ctx, &request{slow: 1})
	deadline, _ := first.Deadline()
	assert.Greater(t, time.Until(deadline), 110*time.Second)
	begun := make(chan struct{})
	go func() {
		defer close(begun)
		_, end := p.begin(ctx, &request{slow: 2})
		end()
	}()
	_, quick := p.begin(ctx, new(request))
	quick() // one that was not slow does not wait
	select {
	case <-begun:
		assert.Fail(t, "two slow requests are written at the same time")
	case <-time.After(50 * time.Millisecond):
	}
	end()
	<-begun
}

func TestPatience_EndsWithAShutdown(t *testing.T) {
	e, _ := patientExporter(t)
	p := newPatience(&e.stop)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	writing, end := p.begin(ctx, &request{slow: 1})
	defer end()
	e.stop.cancel()
	select {
	case <-writing.Done():
	case <-time.After(10 * time.Second):
		assert.Fail(t, "a slow write outlasts the shutdown")
	}
	waiting, release := p.begin(ctx, &request{slow: 1})
	defer release()
	assert.Error(t, waiting.Err(), "the next one does not wait for its turn")
}

func TestPatience_IsNotForAQueueInMemory(t *testing.T) {
	p := newPatience(new(stopping))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	same, end := p.begin(ctx, &request{slow: 4})
	defer end()
	assert.Equal(t, ctx, same, "its shutdown waits for what is being written")
}
