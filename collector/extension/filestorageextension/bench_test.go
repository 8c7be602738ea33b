package filestorageextension

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// BenchmarkRequest takes a request of 20 KB, some 100 spans, into the queue, out of
// it and away, as the Collector's queue does. Where TMPDIR is decides what fsync
// costs.
func BenchmarkRequest(b *testing.B) {
	for _, fsync := range []bool{false, true} {
		b.Run("fsync="+strconv.FormatBool(fsync), func(b *testing.B) {
			factory := NewFactory()
			cfg := factory.CreateDefaultConfig().(*Config)
			cfg.Directory, cfg.FSync = b.TempDir(), fsync
			extension, err := factory.Create(b.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
			require.NoError(b, err)
			require.NoError(b, extension.Start(b.Context(), componenttest.NewNopHost()))
			id := component.NewID(component.MustNewType("nop"))
			client, err := extension.(storage.Extension).GetClient(b.Context(), component.KindExporter, id, "traces")
			require.NoError(b, err)
			value := make([]byte, 20_000)
			var s queueState
			for b.Loop() {
				key := strconv.FormatUint(s.write, 10)
				s.write++
				require.NoError(b, client.Batch(b.Context(), storage.SetOperation(metadataKey, s.append(nil)), storage.SetOperation(key, value)))
				s.read++
				s.exporting = []uint64{s.read - 1}
				require.NoError(b, client.Batch(b.Context(), storage.SetOperation(metadataKey, s.append(nil)), storage.GetOperation(key)))
				s.exporting = nil
				require.NoError(b, client.Batch(b.Context(), storage.SetOperation(metadataKey, s.append(nil)), storage.DeleteOperation(key)))
			}
			require.NoError(b, client.Close(context.WithoutCancel(b.Context())))
		})
	}
}
