package queuestate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/spanledger/spanledger/collector/internal/queuestate"
)

// register does what the Collector's helper does.
func register(t *testing.T, provider metric.MeterProvider, values map[string]int64) []metric.Registration {
	t.Helper()
	m := provider.Meter("exporterhelper")
	var all []metric.Registration
	for name := range values {
		gauge, err := m.Int64ObservableGauge(name)
		require.NoError(t, err)
		registration, err := m.RegisterCallback(func(_ context.Context, o metric.Observer) error {
			o.ObserveInt64(gauge, values[name])
			return nil
		}, gauge)
		require.NoError(t, err)
		all = append(all, registration)
	}
	return all
}

func TestGauges_AreReadAndStillMeasured(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	for name, provider := range map[string]metric.MeterProvider{
		"with metrics":    sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)),
		"without metrics": noop.NewMeterProvider(),
	} {
		t.Run(name, func(t *testing.T) {
			var gauges queuestate.Gauges
			values := map[string]int64{"otelcol_exporter_queue_size": 3, "otelcol_exporter_queue_capacity": 10, "otelcol_other": 99}
			registered := register(t, gauges.Provider(provider), values)
			size, capacity, err := gauges.Read(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []int64{3, 10}, []int64{size, capacity})
			values["otelcol_exporter_queue_size"] = 4
			size, _, err = gauges.Read(t.Context())
			require.NoError(t, err)
			assert.EqualValues(t, 4, size)
			if name == "with metrics" {
				var measured metricdata.ResourceMetrics
				require.NoError(t, reader.Collect(t.Context(), &measured))
				require.Len(t, measured.ScopeMetrics, 1)
				assert.Len(t, measured.ScopeMetrics[0].Metrics, 3, "the meter has them too")
			}
			for _, r := range registered {
				require.NoError(t, r.Unregister())
			}
			size, capacity, err = gauges.Read(t.Context())
			require.NoError(t, err)
			assert.Zero(t, size+capacity)
		})
	}
}
