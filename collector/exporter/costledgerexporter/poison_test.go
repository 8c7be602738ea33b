package costledgerexporter

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// picky is a store that cannot take the calls of one model.
type picky struct {
	ledger.Store
	hangs bool
}

func (p picky) Write(ctx context.Context, batches ...ledger.Batch) error {
	for c := range ledger.CallsOf(batches) {
		if c.RequestModel == "poison" {
			if p.hangs {
				<-ctx.Done()
				return ctx.Err()
			}
			return errors.New("cannot parse value of column")
		}
	}
	return p.Store.Write(ctx, batches...)
}

func TestPush_DeadLettersTheRowAStoreCannotTakeAndWritesTheOthers(t *testing.T) {
	for _, hangs := range []bool{false, true} {
		t.Run(fmt.Sprintf("hangs %v", hangs), func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			cfg.Endpoint = configopaque.String(duckDB(t))
			cfg.DeadLetter.File = filepath.Join(t.TempDir(), "dead.jsonl")
			e, err := newExporter(componenttest.NewNopTelemetrySettings(), cfg)
			require.NoError(t, err)
			require.NoError(t, e.start(t.Context(), componenttest.NewNopHost()))
			t.Cleanup(func() { require.NoError(t, e.shutdown(context.Background())) })
			store := e.store
			e.store = picky{store, hangs}

			td, spans := batch()
			for n := range byte(100) {
				span := chat(spans, n+1)
				if n == 41 {
					span.Attributes().PutStr(string(semconv.RequestModel), "poison")
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
			defer cancel()
			require.NoError(t, e.push(ctx, e.rows(ctx, td)))
			trace, err := store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
			require.NoError(t, err)
			assert.Len(t, trace.Calls, 99)
			letters := 0
			for letter, err := range e.dead.All() {
				require.NoError(t, err)
				letters++
				item, err := wire.Decode(letter.Item)
				require.NoError(t, err)
				require.Len(t, item.Calls, 1)
				assert.Equal(t, "poison", item.Calls[0].RequestModel)
			}
			assert.Equal(t, 1, letters)
		})
	}
}

func TestPush_CutsWhatASenderExaggeratesAndKeepsTheCall(t *testing.T) {
	e := start(t, duckDB(t))
	td, spans := batch()
	span := chat(spans, 1)
	long := strings.Repeat("u", 1<<20)
	span.Attributes().PutStr(string(semconv.UserID), long)
	span.Attributes().PutStr(string(semconv.ResponseID), long)
	span.SetName(long)
	for n := range 20_000 {
		span.Attributes().PutStr(fmt.Sprintf("%sk%d", semconv.TagPrefix, n), "v")
	}
	span.Attributes().PutStr(semconv.TagPrefix+long, long)
	chat(spans, 2)
	began := time.Now()
	require.NoError(t, e.ConsumeTraces(t.Context(), td))
	assert.Less(t, time.Since(began), 20*time.Second)
	trace, err := e.store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
	require.NoError(t, err)
	require.Len(t, trace.Calls, 2)
	for _, c := range trace.Calls {
		assert.LessOrEqual(t, len(c.User), ledger.MaxTextBytes)
		assert.LessOrEqual(t, len(c.ResponseID), ledger.MaxTextBytes)
		assert.LessOrEqual(t, len(c.Tags), ledger.MaxTags)
		require.NotNil(t, c.Cost.Amount)
		assert.Equal(t, "0.000325", c.Cost.Amount.String())
	}
}

// recording is a store that keeps what is written together.
type recording struct {
	ledger.Store
	written [][]ledger.Batch
}

func (r *recording) Write(ctx context.Context, batches ...ledger.Batch) error {
	r.written = append(r.written, batches)
	return r.Store.Write(ctx, batches...)
}

func TestPush_WritesPartsTogetherAndCopiesNoRow(t *testing.T) {
	e := testExporter(t)
	e.cfg.Endpoint = configopaque.String(duckDB(t))
	require.NoError(t, e.start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, e.shutdown(context.Background())) })
	store := &recording{Store: e.store}
	e.store = store
	var parts []wire.Item
	for n := range byte(3) {
		td, spans := batch()
		chat(spans, n+1)
		parts = append(parts, e.rows(t.Context(), td).parts...)
	}
	require.NoError(t, e.push(t.Context(), &request{parts: parts}))
	require.Len(t, store.written, 1)
	require.Len(t, store.written[0], 3)
	for n := range parts {
		require.Same(t, &parts[n].Calls[0], &store.written[0][n].Calls[0])
	}
	trace, err := store.Trace(t.Context(), ledger.TraceID{1, 15: 1})
	require.NoError(t, err)
	require.Len(t, trace.Calls, 3)
}
