package costledgerexporter

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/internal/queuestate"
)

// screen is an extension that shows queues.
type screen struct {
	component.StartFunc
	component.ShutdownFunc
	read  func() queuestate.State // of the queue of most spans
	large func() queuestate.State // of large traces
}

func (s *screen) WatchQueue(read func() queuestate.State) (forget func()) {
	shown := &s.read
	if strings.HasSuffix(read().Exporter, "_large_traces") {
		shown = &s.large
	}
	*shown = read
	return func() { *shown = nil }
}

type hostWith map[component.ID]component.Component

func (h hostWith) GetExtensions() map[component.ID]component.Component { return h }

func TestQueueState_IsShownByExtensions(t *testing.T) {
	for name, tc := range map[string]struct {
		endpoint string
		works    bool
	}{
		"written":     {duckDB(t), true},
		"unreachable": {"clickhouse://127.0.0.1:1/ledger", false},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			cfg.Endpoint = configopaque.String(tc.endpoint)
			cfg.QueueConfig.Get().Batch.Get().FlushTimeout = 10 * time.Millisecond
			cfg.DeadLetter.File = filepath.Join(t.TempDir(), "dead.jsonl")
			e, err := NewFactory().CreateTraces(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
			require.NoError(t, err)
			shown := &screen{}
			require.NoError(t, e.Start(t.Context(), hostWith{component.MustNewID("ledger_api"): shown}))
			require.NotNil(t, shown.read)
			before := shown.read()
			assert.Equal(t, "traces", before.Signal)
			assert.Equal(t, cfg.QueueConfig.Get().QueueSize, before.Capacity)
			assert.Equal(t, cfg.QueueConfig.Get().Sizer.String(), before.Unit)
			assert.Zero(t, before.Queued)
			large := shown.large()
			assert.Equal(t, before.Exporter+"_large_traces", large.Exporter)
			assert.Equal(t, before.Capacity, large.Capacity)

			td, spans := batch()
			chat(spans, 1)
			require.NoError(t, e.ConsumeTraces(t.Context(), td))
			if tc.works {
				require.Eventually(t, func() bool { s := shown.read(); return !s.Written.IsZero() && s.Queued == 0 }, 30*time.Second, 20*time.Millisecond)
				s := shown.read()
				assert.Empty(t, s.Failing)
				assert.True(t, shown.large().Written.IsZero(), "nothing of it was written")
				assert.WithinDuration(t, begin.Add(time.Second), s.Written.Add(-s.Lag), 10*time.Millisecond)
			} else {
				require.Eventually(t, func() bool { s := shown.read(); return s.Failing != "" && s.Queued == 1 }, 30*time.Second, 20*time.Millisecond)
				s := shown.read()
				assert.Equal(t, "unreachable", s.Failing)
				assert.NotEmpty(t, s.Fix)
				assert.WithinDuration(t, time.Now(), s.Since, time.Minute)
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Second)
			defer cancel()
			_ = e.Shutdown(ctx)
			assert.Nil(t, shown.read, "forgotten")
			assert.Nil(t, shown.large, "forgotten")
		})
	}
}
