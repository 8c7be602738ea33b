package genainormalizerprocessor_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
)

// FuzzNormalize holds that no telemetry, however broken, stops the processor,
// and that normalising is done once: a second pass changes nothing.
func FuzzNormalize(f *testing.F) {
	folders, err := filepath.Glob(filepath.Join("testdata", "dialects", "*", "traces.json"))
	require.NoError(f, err)
	for _, path := range folders {
		raw, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(raw)
	}
	factory := genainormalizerprocessor.NewFactory()
	sink := new(consumertest.TracesSink)
	p, err := factory.CreateTraces(f.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), sink)
	require.NoError(f, err)
	marshal := &ptrace.JSONMarshaler{}
	f.Fuzz(func(t *testing.T, raw []byte) {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(raw)
		if err != nil {
			return
		}
		sink.Reset()
		require.NoError(t, p.ConsumeTraces(t.Context(), td))
		once, err := marshal.MarshalTraces(sink.AllTraces()[0])
		require.NoError(t, err)
		require.NoError(t, p.ConsumeTraces(t.Context(), sink.AllTraces()[0]))
		twice, err := marshal.MarshalTraces(sink.AllTraces()[1])
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
	})
}
